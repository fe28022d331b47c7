/** The one page of the client. */
export const PAGE = '/index.html';
/** Addresses that the page itself makes something of. */
export const OF_PAGE =
  /^\/($|index\.html$|(enrol|found|pair|recover|conversations|knowledge|papers|profile|people|administration)(\/|$))/;
/** Great files that few need, such as the readers and writers of PDF: they are kept once somebody has used them. */
export const LATER = /\.ttf$|\/pdfjs-/;

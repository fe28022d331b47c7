/** The signs that the client puts around what was found: from a plane of Unicode that no text uses. */
const MARKED = /\ue000([^\ue001]*)\ue001/u;

/** A passage as text, what was found in it marked; nothing in it is read as anything but text. */
export function Highlighted({ passage }: { readonly passage: string }) {
  return (
    <span dir="auto">
      {passage.split(MARKED).map((part, index) => (index % 2 === 1 ? <mark key={index}>{part}</mark> : part))}
    </span>
  );
}

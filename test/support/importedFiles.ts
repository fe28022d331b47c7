/** A mail that encloses files. */
export const mail = (
  subject: string,
  ...files: readonly (readonly [name: string, content: Buffer | string])[]
): string =>
  [
    'From: Embassy <embassy@example.org>',
    `Subject: ${subject}`,
    'Date: Mon, 02 Nov 2026 10:00:00 +0000',
    'MIME-Version: 1.0',
    'Content-Type: multipart/mixed; boundary="b"',
    '',
    '--b',
    'Content-Type: text/plain; charset=utf-8',
    '',
    `${subject}: see what is enclosed.`,
    ...files.flatMap(([name, content]) => [
      '--b',
      'Content-Type: application/octet-stream',
      'Content-Transfer-Encoding: base64',
      `Content-Disposition: attachment; filename="${name}"`,
      '',
      Buffer.from(content).toString('base64'),
    ]),
    '--b--',
    '',
  ].join('\r\n');

/** A volume without an identifier of its own: its papers are named by the file. */
export const volume = (count: number, marking = ''): string =>
  `<TEI xmlns="http://www.tei-c.org/ns/1.0"><text><body>${Array.from(
    { length: count },
    (_, at) =>
      `<div type="document" xml:id="d${at + 1}" n="${at + 1}"><head>${at + 1}. Letter${
        at === 0 ? marking : ''
      }</head><p>Paragraph ${at} of ${count}.</p></div>`,
  ).join('')}</body></text></TEI>`;

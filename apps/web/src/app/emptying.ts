/**
 * Lets an element be emptied by `innerHTML = ''`. React Aria empties so what it has told a screen reader before it tells the next; Trusted Types
 * refuse that like any other text, and the screen would break. No HTML is parsed for it; any other text is refused as before.
 */
export function allowEmptying(): void {
  const given = Object.getOwnPropertyDescriptor(Element.prototype, 'innerHTML');
  if (!given) return;
  Object.defineProperty(Element.prototype, 'innerHTML', {
    ...given,
    set(this: Element, html: unknown) {
      if (html === '') this.replaceChildren();
      else given.set?.call(this, html);
    },
  });
}

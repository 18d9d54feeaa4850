/** A text in the order in which it was typed: words, and the addresses of pages among them. Together they are the text. */
export type Piece =
  { readonly kind: 'words'; readonly text: string } | { readonly kind: 'address'; readonly text: string };

/** With a scheme, with `www.`, or a name with a path behind it: `example.com/post/1`. A bare `example.com` is a name like any other. */
const ADDRESS =
  /\b(?:https?:\/\/|www\.)[^\s<>"“”]+|\b(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,6}[a-z]{2,18}\/[^\s<>"“”]*/giu;
/** The end of the sentence around it rather than of the address. */
const SENTENCE_END = /[.,;:!?'’]+$/u;

export function splitAddresses(text: string): readonly Piece[] {
  const pieces: Piece[] = [];
  let done = 0;
  const words = (to: number) => {
    if (to > done) pieces.push({ kind: 'words', text: text.slice(done, to) });
  };
  for (const match of text.matchAll(ADDRESS)) {
    const address = withoutSentence(match[0]);
    // The tail of somebody's e-mail address is no page.
    if (address === '' || text[match.index - 1] === '@') continue;
    words(match.index);
    pieces.push({ kind: 'address', text: address });
    done = match.index + address.length;
  }
  words(text.length);
  return pieces;
}

export const firstAddress = (text: string): string | null =>
  splitAddresses(text).find(({ kind }) => kind === 'address')?.text ?? null;

/** A bracket belongs to the address where it was opened in it. */
function withoutSentence(found: string): string {
  const bare = found.replace(SENTENCE_END, '');
  for (const [open, close] of [
    ['(', ')'],
    ['[', ']'],
  ] as const) {
    if (bare.endsWith(close) && bare.split(close).length > bare.split(open).length)
      return withoutSentence(bare.slice(0, -1));
  }
  return bare;
}

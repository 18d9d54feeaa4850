/** Markup that is safe to send. Only `html` makes it. */
export class Html {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
  toString(): string {
    return this.text;
  }
}

/** What may stand in a template: text is escaped, markup is kept, a list is joined, nothing is nothing. */
export type Piece = Html | string | number | null | undefined | false | readonly Piece[];

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Control characters have no place in a page (tab and line ends do), and lone surrogates cannot be sent as UTF-8. */
const UNPRINTABLE = /[^\P{Cc}\t\n\r]/gu;

export const escape = (text: string): string =>
  text
    .toWellFormed()
    .replace(UNPRINTABLE, '\ufffd')
    .replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');

/**
 * Fills a template of markup; everything that is not itself `html` is escaped.
 *
 * @throws where a gap stands in a tag but not between double quotes: escaping alone would not hold there
 */
export function html(parts: TemplateStringsArray, ...pieces: readonly Piece[]): Html {
  const gaps = gapsOf(parts);
  const text = pieces.map((piece, at) => {
    if (gaps[at] === 'attribute' && typeof piece === 'object' && piece !== null)
      throw new Error('An attribute takes plain text, never markup');
    return render(piece) + (parts[at + 1] ?? '');
  });
  return new Html((parts[0] ?? '') + text.join(''));
}

function render(piece: Piece): string {
  if (piece === null || piece === undefined || piece === false) return '';
  if (piece instanceof Html) return piece.text;
  if (typeof piece === 'string' || typeof piece === 'number') return escape(String(piece));
  return piece.map(render).join('');
}

type Gap = 'text' | 'attribute';
const known = new WeakMap<TemplateStringsArray, readonly Gap[]>();

/** Where each gap of a template stands; looked at once a template. */
function gapsOf(parts: TemplateStringsArray): readonly Gap[] {
  const before = known.get(parts);
  if (before !== undefined) return before;
  let sofar = '';
  const gaps = parts.slice(0, -1).map((part): Gap => {
    sofar += part;
    const tag = sofar.slice(sofar.lastIndexOf('<') + 1);
    if (sofar.lastIndexOf('<') <= sofar.lastIndexOf('>')) return 'text';
    if ((tag.split('"').length - 1) % 2 === 0) throw new Error('A gap in a tag must stand between double quotes');
    return 'attribute';
  });
  known.set(parts, gaps);
  return gaps;
}

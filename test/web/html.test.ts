import fc from 'fast-check';
import { escape, html, type Piece } from '../../src/web/html.ts';
import { buttonPage, sentencePage } from '../../src/web/plainPages.ts';
import { reportView } from '../../src/web/reportView.ts';
import type { WebOptions } from '../../src/web/web.ts';
import { PLAIN_FORM } from '../builders/house.ts';
import { aReport, anEvidence } from '../builders/values.ts';

/** Text with what breaks pages in it, more often than chance would put it there. */
const wild = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string(),
  fc
    .array(
      fc.oneof(
        fc.constantFrom(
          '<',
          '>',
          '"',
          "'",
          '&',
          '`',
          '=',
          '/',
          '\0',
          '\u2028',
          '\ud800',
          '\u202e',
          '</dd>',
          '<script>',
          '-->',
          '${x}',
        ),
        fc.string(),
      ),
    )
    .map((parts) => parts.join('')),
);

const read = (markup: string) =>
  markup
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&quot;/g, '"')
    .replace(/&#39;/g, "'")
    .replace(/&amp;/g, '&');

describe('html', () => {
  it('escapes text so that it reads back as itself and holds no markup', () => {
    fc.assert(
      fc.property(wild, (text) => {
        const escaped = escape(text);
        expect(escaped).not.toMatch(/[<>"']/);
        expect(escaped.replace(/&(amp|lt|gt|quot|#39);/g, '')).not.toContain('&');
        const printable = text.toWellFormed().replace(/[^\P{Cc}\t\n\r]/gu, '\ufffd');
        expect(read(escaped)).toBe(printable);
      }),
    );
  });

  it('escapes in text and in attributes, keeps markup, joins lists, and leaves nothing for nothing', () => {
    const nasty = '"><b>&\'';
    expect(html`<p title="${nasty}">${nasty}</p>`.text).toBe(
      '<p title="&quot;&gt;&lt;b&gt;&amp;&#39;">&quot;&gt;&lt;b&gt;&amp;&#39;</p>',
    );
    expect(html`${[html`<i>${1}</i>`, ' ', '<', [html`<b></b>`]]}${null}${undefined}${false}`.text).toBe(
      '<i>1</i> &lt;<b></b>',
    );
  });

  it.each<[string, () => unknown]>([
    ['a tag', () => html`<p ${'x'}></p>`],
    ['an unquoted attribute', () => html`<p class=${'x'}></p>`],
    ['the name of a tag', () => html`<${'p'}></p>`],
    ['after a closed attribute', () => html`<p class="a" ${'x'}></p>`],
    ['an attribute, being markup', () => html`<p class="${html`<b></b>`}"></p>`],
    ['an attribute, being a list', () => html`<p class="${['a'] as Piece}"></p>`],
  ])('takes nothing into %s', (_where, make) => {
    expect(make).toThrow();
  });
});

describe('a page', () => {
  const web = { forms: [PLAIN_FORM], contacts: {}, standingLine: 'Danger now: 999.' } as unknown as WebOptions;
  /** Tags and attribute names, in order, without any text. */
  const bones = (markup: string) => markup.match(/<[^>]*>/g)?.map((tag) => tag.replace(/"[^"]*"/g, '""')) ?? [];

  it('has the same bones whatever was typed into the report', () => {
    const view = (text: string) => {
      const report = aReport({ answers: { what: text, 'left-over': text }, pictures: 1 });
      const read = { report, evidence: [anEvidence()], record: [] };
      return String(reportView(web, read, '/open/x', { until: '2026-03-02T09:40:00.000Z', seconds: 600 }).body);
    };
    const plain = bones(view('plain words'));
    expect(plain.length).toBeGreaterThan(50);
    fc.assert(fc.property(wild, (text) => expect(bones(view(text))).toEqual(plain)));
  });

  it('has the same bones whatever the contacts and the standing line say', () => {
    const view = (text: string) => String(sentencePage(200, text, [text], text).body);
    fc.assert(fc.property(wild, (text) => expect(bones(view(text))).toEqual(bones(view('plain')))));
  });

  it('has one heading, one main part, a language and a foot', () => {
    const text = String(buttonPage('open', '/open/x', true, 'Danger now: 999.').body);
    for (const part of ['<h1>', '<main ', '<footer ', '<header ', '<title>', '<html lang="en-GB">'])
      expect(text.split(part)).toHaveLength(2);
    expect(text).not.toMatch(/ style=| on[a-z]+=|javascript:/);
  });
});

import lunr from 'lunr';
import MiniSearch from 'minisearch';
import type { Clause } from '../core/policy/policy.ts';

/** Two well-kept search libraries over the same clauses, as they come: what our answers are measured beside. */
export function readyMadeSearches(
  clauses: readonly Clause[],
): readonly { readonly name: string; readonly search: (question: string) => readonly string[] }[] {
  const texts = new Map<string, string>(clauses.map(({ id, text }) => [id, text]));
  const textOf = (id: unknown): string => texts.get(String(id)) ?? '';

  const mini = new MiniSearch<{ id: string; text: string }>({ fields: ['text'] });
  mini.addAll([...texts].map(([id, text]) => ({ id, text })));

  const index = lunr(function () {
    this.ref('id');
    this.field('text');
    for (const [id, text] of texts) this.add({ id, text });
  });
  // lunr reads signs such as : and - as commands of its query language.
  const plain = (question: string): string => question.replace(/[^\p{L}\p{N}\s]/gu, ' ').trim();
  // It answers an empty question with everything.
  const found = (question: string): readonly lunr.Index.Result[] =>
    plain(question) === '' ? [] : index.search(plain(question));

  return [
    {
      name: 'MiniSearch (as it comes)',
      search: (question) =>
        mini
          .search(question)
          .slice(0, 5)
          .map(({ id }) => textOf(id)),
    },
    {
      name: 'MiniSearch (fuzzy 0.2, prefix)',
      search: (question) =>
        mini
          .search(question, { fuzzy: 0.2, prefix: true })
          .slice(0, 5)
          .map(({ id }) => textOf(id)),
    },
    {
      name: 'lunr (as it comes)',
      search: (question) =>
        found(question)
          .slice(0, 5)
          .map(({ ref }) => textOf(ref)),
    },
  ];
}

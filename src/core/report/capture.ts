import type { FormAnswers } from './forms.ts';
import type { PictureWords } from './pictureWords.ts';

/** What makes a screen grab stand up later, and is easily had while the page is still there. */
export const USEFUL = ['link', 'account', 'time', 'thread'] as const;
export type Useful = (typeof USEFUL)[number];

/** Kinds of which something makes no sense, or is asked on their first card in a better way. */
const NOT_OF: Readonly<Record<string, readonly Useful[]>> = {
  'fake-account': ['time', 'thread'],
  phishing: ['thread'],
  'filtering-breach': ['account', 'time', 'thread'],
};
/** Where a post has no address that a person could copy. */
const WITHOUT_ADDRESS = ['whatsapp', 'game'];
/** The inputs of the forms that say when it was posted or came. */
const TIMES = ['posted-on', 'came-on'];

/**
 * What is still useful to capture, by what the report has: the answers of its form, and what was said of each picture.
 *
 * @param pictures  those that are kept
 */
export function stillUseful({
  kind = '',
  answers,
  pictures,
}: {
  readonly kind?: string | undefined;
  readonly answers: FormAnswers;
  readonly pictures: readonly { readonly words?: PictureWords }[];
}): readonly Useful[] {
  const has = (input: string) => (answers[input] ?? '') !== '';
  const known: Readonly<Record<Useful, boolean>> = {
    link:
      has('link') ||
      WITHOUT_ADDRESS.includes(answers['platform'] ?? '') ||
      pictures.some(({ words }) => words?.link !== undefined),
    account: has('account'),
    time: TIMES.some(has),
    // Whether a picture shows the thread, nobody here can tell; one picture alone seldom does.
    thread: pictures.length > 1,
  };
  return USEFUL.filter((each) => !known[each] && !(NOT_OF[kind] ?? []).includes(each));
}

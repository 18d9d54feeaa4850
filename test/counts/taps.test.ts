import { actionsOf, dataOf, type RunningPostwise, runPostwise, type Said } from '../builders/runningApp.ts';
import { elementsOf } from '../cards/readCard.ts';

/**
 * What a person does with their hands to send the commonest kind of report: the taps and the typed characters that its
 * cards ask for, counted on the cards as the bot sends them. `npm run count` prints them.
 */
type Line = { readonly card: string; readonly taps: number; readonly typed: number };
const lines: Line[] = [];
/** What happened, in one sentence: the one thing that no choice can say. */
const WHAT = 'A post in the parents’ group calls me a liar.';

let postwise: RunningPostwise;
beforeAll(async () => {
  postwise = await runPostwise();
  await walk();
});
afterAll(async () => {
  await postwise.stop();
  if (process.env['npm_lifecycle_event'] === 'count') process.stdout.write(table());
});

type Input = {
  readonly id: string;
  readonly type: string;
  readonly style?: string;
  readonly isRequired?: boolean;
  readonly value?: string;
  readonly choices?: readonly { readonly value: string }[];
};
const inputsOf = (card: Said): readonly Input[] =>
  elementsOf(card.card as never).filter(({ type }) => String(type).startsWith('Input.')) as never;

/** What has to be done to one input: nothing where it stands filled in or may be left out. */
function byHand({ type, style, isRequired, value }: Input): { readonly taps: number; readonly typed: number } {
  if (isRequired !== true || (value ?? '') !== '') return { taps: 0, typed: 0 };
  if (type === 'Input.Text') return { taps: 1, typed: WHAT.length };
  // A list opens with one tap and closes with the choice.
  return { taps: style === 'compact' ? 2 : 1, typed: 0 };
}

async function fillAndPress(
  name: string,
  card: Said,
  verb: string,
  own: Readonly<Record<string, string>> = {},
): Promise<Said> {
  const inputs = inputsOf(card);
  const hands = inputs.map(byHand);
  const sum = (of: 'taps' | 'typed') => hands.reduce((total, one) => total + one[of], 0);
  lines.push({ card: name, taps: sum('taps') + 1, typed: sum('typed') });
  const filled = Object.fromEntries(
    inputs
      .filter(({ isRequired }) => isRequired === true)
      .map(({ id, type, value, choices }) => [
        id,
        value ?? (type === 'Input.Text' ? WHAT : (choices?.[0]?.value ?? '')),
      ]),
  );
  return postwise.press('teacher', verb, { ...dataOf(card.card, verb), ...filled, ...own });
}

async function walk(): Promise<void> {
  const help = (await postwise.say('teacher', 'help')).find(({ card }) => card !== undefined);
  if (help === undefined) throw new Error('No help card');
  await fillAndPress('help: report something', help, 'report.start');
  let card = (await postwise.say('teacher', 'continue')).find((one) => one.card !== undefined) ?? help;
  card = await fillAndPress('danger', card, 'report.danger', { answer: 'no' });
  card = await fillAndPress('pictures that are not taken', card, 'report.imagery', { answer: 'no' });
  card = await fillAndPress('whom it concerns', card, 'report.concerns', { concerns: 'parent-or-other' });
  card = await fillAndPress('kind', card, 'report.kind', { kind: 'abusive-post' });
  card = await fillAndPress('form', card, 'report.form');
  card = await fillAndPress('pictures', card, 'report.pictures', { act: 'done' });
  card = await fillAndPress('look-over', card, 'report.send');
  if (!actionsOf(card.card).some(({ verb }) => verb === 'my-reports')) throw new Error(`Not sent: ${card.all}`);
}

const total = (of: 'taps' | 'typed') => lines.reduce((sum, line) => sum + line[of], 0);
const table = (): string =>
  [
    'By hand, for the commonest kind of report without pictures:',
    ...lines.map(
      ({ card, taps, typed }) =>
        `  ${card.padEnd(30)} ${String(taps).padStart(3)} taps ${String(typed).padStart(4)} typed`,
    ),
    `  ${'together'.padEnd(30)} ${String(total('taps')).padStart(3)} taps ${String(total('typed')).padStart(4)} typed`,
    '',
  ].join('\n');

describe('the commonest kind of report', () => {
  it('is sent in eight cards and at most sixteen taps', () => {
    expect(lines).toHaveLength(8);
    expect(total('taps')).toBeLessThanOrEqual(16);
  });
  it('asks for nothing to be typed but what happened', () => {
    expect(total('typed')).toBe(WHAT.length);
  });
});

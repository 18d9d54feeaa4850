import { type HelpfulCount, shownHelpful, shownTopics, type TopicCount } from '../core/asking/counts.ts';
import { weekInWords } from '../core/schoolWeek.ts';

/** A topic as content calls it; `null` where it does not. */
type InWords = (policy: string, situation: string) => string | null;

export function topicLines(topics: readonly TopicCount[], inWords: InWords): readonly string[] {
  const shown = shownTopics(topics);
  const weeks = [...new Set(shown.map(({ week }) => week))];
  return [
    'What the policy does not answer, asked about more than five times in a week (fewer are never shown)',
    ...(weeks.length === 0 ? ['', '  nothing yet'] : []),
    ...weeks.flatMap((week) => [
      '',
      `  ${weekInWords(week)} (${week})`,
      ...shown
        .filter((one) => one.week === week)
        .map(({ policy, situation, count }) => `  ${numeral(count)}  ${named(policy, situation, inWords)}`),
    ]),
  ];
}

export function helpfulLines(counts: readonly HelpfulCount[], inWords: InWords): readonly string[] {
  const shown = shownHelpful(counts);
  return [
    'Was this helpful? All weeks together, the least helpful first (of what the policy does not answer: above five only)',
    '',
    shown.length === 0 ? '  nothing yet' : '   yes    no',
    ...shown.map(
      ({ policy, version, situation, verdict, yes, no }) =>
        `  ${numeral(yes)}  ${numeral(no)}  ${named(policy, situation, inWords)}, ${verdict}, version ${version}`,
    ),
  ];
}

const numeral = (count: number): string => String(count).padStart(4);
const named = (policy: string, situation: string, inWords: InWords): string => {
  const words = inWords(policy, situation);
  return words === null ? situation : `${words} (${situation})`;
};

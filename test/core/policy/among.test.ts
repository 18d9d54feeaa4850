import { AMONG, type Heard, mostFitting } from '../../../src/core/policy/among.ts';
import type { Verdict } from '../../../src/core/policy/answer.ts';
import type { Understanding } from '../../../src/core/policy/understand.ts';

/** Only what the choice looks at. */
const heard = (
  verdict: Verdict,
  near: number,
  more: Partial<Omit<Heard, 'why'>> & { readonly because?: Understanding['because'] } = {},
): Heard => ({
  why: { chosen: { verdict }, because: more.because ?? 'most likely' } as Understanding,
  near,
  nearest: more.nearest ?? near,
  words: more.words ?? 0,
  defers: more.defers ?? false,
});
const first = (one: Heard, other: Heard): boolean => mostFitting(one, [other], AMONG) === one;

describe('whose answer is given', () => {
  it.each([
    [
      'another policy that is far from the question has no say',
      heard('not-covered', 0.3),
      heard('required', 0.4),
      true,
    ],
    ['silence gives way to a rule that is near', heard('not-covered', 0.6), heard('required', 0.55), false],
    ['silence does not lightly give way to leave', heard('not-covered', 0.62), heard('allowed', 0.47), true],
    ['a rule stands against one that is no nearer', heard('required', 0.6), heard('required', 0.5), true],
    ['a rule gives way to one that is clearly nearer', heard('required', 0.5), heard('required', 0.65), false],
    ['a stricter rule gives way only to one much nearer', heard('prohibited', 0.6), heard('allowed', 0.62), true],
    [
      'what only points elsewhere counts as silence',
      heard('advice', 0.6, { defers: true }),
      heard('required', 0.5),
      false,
    ],
    [
      'another that only points elsewhere does not answer',
      heard('required', 0.5),
      heard('advice', 0.9, { defers: true }),
      true,
    ],
    ['another that is silent does not answer', heard('required', 0.3), heard('not-covered', 0.9), true],
    ['danger in the other comes before a rule', heard('required', 0.6), heard('emergency', 0.5), false],
    ['danger in the first comes before a rule', heard('emergency', 0.4), heard('required', 0.9), true],
    ['danger that is heard from far away is none', heard('required', 0.6), heard('emergency', 0.3), true],
    [
      'but alarm words are danger at any distance',
      heard('required', 0.6),
      heard('emergency', 0.2, { because: 'alarm words' }),
      false,
    ],
    ['words of the other policy speak for it', heard('required', 0.55), heard('required', 0.48, { words: 3 }), false],
  ])('%s', (_what, one, other, isFirst) => {
    expect(first(one, other)).toBe(isFirst);
  });
});

import { readRuleId } from '../../src/core/ids.ts';
import type { LastAsked } from '../../src/core/policy/lastAsked.ts';
import { SENT_AT } from './values.ts';

/** Somebody asked about a request from a child, and may still say who it is. */
export const aLastAsked = (change: Partial<LastAsked> = {}): LastAsked => ({
  policy: 'coton-social-media',
  situation: 'pupil-request',
  rules: ['5.v.1', '5.iii.10'].flatMap((id) => readRuleId(id) ?? []),
  open: ['pupil-request', 'leaver-request', 'expupil-long-ago', 'own-child'],
  asked: 1,
  at: SENT_AT,
  ...change,
});

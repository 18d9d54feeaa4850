import { join } from 'node:path';
import { readPhrasings } from '../../src/policies.ts';

/** Holds an invented policy for the tests: never shipped as a school's. */
export const inventedPolicies = join(import.meta.dirname, '../policies');
export const FIRST = 'coton-social-media';
export const BYOD = 'oakfield-byod';

/** What the invented policy is for: asked by nobody that it learnt from. */
export const byodQuestions = () => readPhrasings(join(inventedPolicies, 'byodQuestions.jsonl'));

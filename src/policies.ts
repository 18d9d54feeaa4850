import guidance from './content/guidance/national.json' with { type: 'json' };
import standingLine from './content/guidance/standing-line.json' with { type: 'json' };
import alarms from './content/policy/coton-social-media/alarms.json' with { type: 'json' };
import blocks from './content/policy/coton-social-media/blocks.json' with { type: 'json' };
import clauses from './content/policy/coton-social-media/clauses.json' with { type: 'json' };
import about from './content/policy/coton-social-media/policy.json' with { type: 'json' };
import situations from './content/policy/coton-social-media/situations.json' with { type: 'json' };
import trained from './content/policy/coton-social-media/trained.json' with { type: 'json' };
import words from './content/policy/words.json' with { type: 'json' };
import { readModel } from './core/policy/model.ts';
import { readGuidance, readPolicy } from './core/policy/policy.ts';
import { alarmBell } from './core/policy/understand.ts';
import { wordReader } from './core/policy/words.ts';
import type { PolicyIndex } from './flows/answerQuestion.ts';

/** Reads the content that answers are made from, through core's readers. Takes about a tenth of a second: once, at the start. */
export function readPolicies(): PolicyIndex {
  const reader = wordReader(words);
  return {
    policy: readPolicy({ about, blocks, clauses, situations }),
    guidance: readGuidance(guidance),
    standingLine: standingLine.text,
    reader,
    model: readModel(trained),
    alarms: alarmBell(alarms, reader),
  };
}

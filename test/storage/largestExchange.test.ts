import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type IncidentForm, inputsOf } from '../../src/core/report/forms.ts';
import {
  LONGEST_ANSWER,
  LONGEST_NOTE,
  LONGEST_QUESTION,
  MOST_ANSWERS,
  MOST_QUESTIONS,
  readWords,
} from '../../src/core/report/questions.ts';
import { LONGEST_ADDITION, LONGEST_WITHDRAWAL_WORDS, MOST_ADDITIONS } from '../../src/core/report/report.ts';
import { report as readReportRow } from '../../src/storage/readers.ts';
import { toEntity } from '../../src/storage/row.ts';
import { after, aReport, draftId, staff } from '../builders/values.ts';

const FORMS_FOLDER = join(import.meta.dirname, '../../src/content/incidents');
const forms = readdirSync(FORMS_FOLDER)
  .filter((file) => file.endsWith('.json'))
  .map((file) => JSON.parse(readFileSync(join(FORMS_FOLDER, file), 'utf8')) as IncidentForm);

const times = <T>(count: number, make: (at: number) => T): T[] =>
  Array.from({ length: count }, (_none, at) => make(at));
/** The sign that is longest as JSON among those that `readWords` keeps. */
const full = (longest: number): string => readWords(`"${'"'.repeat(longest - 1)}`);

it.each(forms.map((form) => [form.kind, form] as const))(
  'a report with all that can be said about it fits its row: %s',
  (kind, form) => {
    const value = aReport({
      kind,
      state: 'closed',
      note: full(LONGEST_NOTE),
      answers: Object.fromEntries(
        inputsOf(form).map((input) => [
          input.id,
          input.type === 'text' ? '"'.repeat(input.maxLength) : 'x'.repeat(200),
        ]),
      ),
      withdrawn: { at: after(0), reason: 'not-say', words: full(LONGEST_WITHDRAWAL_WORDS) },
      additions: times(MOST_ADDITIONS, (at) => ({
        at: after(at),
        draft: draftId(at),
        words: '\u0001'.repeat(LONGEST_ADDITION),
        pictures: times(20, (number) => number),
      })),
      questions: times(MOST_QUESTIONS, (at) => ({
        number: at + 1,
        at: after(at),
        by: staff(at),
        words: full(LONGEST_QUESTION),
        answers: times(MOST_ANSWERS, (second) => ({ at: after(second), words: full(LONGEST_ANSWER) })),
      })),
    });
    expect(() => toEntity('school', 'report', value)).not.toThrow();
    expect(readReportRow.parse(JSON.parse(JSON.stringify(value)))).toEqual(value);
  },
);

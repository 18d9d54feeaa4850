import fc from 'fast-check';
import {
  readReference,
  readStaffId,
  isLikeReference,
  readTypedReference,
  REFERENCE_LETTERS,
  toReference,
} from '../../../src/core/ids.ts';
import { type AuditLine, chainAfter, CHAIN_START, firstBreak, nextLine } from '../../../src/core/report/audit.ts';
import { type IncidentForm, readForm } from '../../../src/core/report/forms.ts';

const by = readStaffId('head') ?? 'postwise';

function chainOf(count: number): { lines: AuditLine[]; chain: { lines: number; head: string } } {
  const lines: AuditLine[] = [];
  let chain = { lines: 0, head: CHAIN_START };
  for (let i = 0; i < count; i += 1) {
    const line = nextLine(chain, {
      at: `2026-11-20T0${i}:00:00.000Z`,
      by,
      what: 'page-viewed',
      facts: { n: String(i) },
    });
    lines.push(line);
    chain = chainAfter(line);
  }
  return { lines, chain };
}

describe('the record of a report', () => {
  it('holds while nothing was touched', () => {
    const { lines, chain } = chainOf(5);
    expect(firstBreak(lines, chain)).toBeNull();
  });

  it.each<[string, (lines: AuditLine[]) => AuditLine[], number]>([
    ['a changed fact', (lines) => lines.map((line) => (line.number === 3 ? { ...line, facts: { n: 'x' } } : line)), 3],
    ['a line taken out', (lines) => lines.filter(({ number }) => number !== 2), 2],
    ['the last line taken off', (lines) => lines.slice(0, -1), 5],
    ['two lines changed over', ([a, b, ...rest]) => [b, a, ...rest] as AuditLine[], 1],
  ])('shows %s', (_name, touch, where) => {
    const { lines, chain } = chainOf(5);
    expect(firstBreak(touch(lines), chain)).toBe(where);
  });
});

describe('a reference', () => {
  it('is read back as people say and type it', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 0.999, noNaN: true }), { minLength: 7, maxLength: 7 }),
        (random) => {
          const reference = toReference(random);
          expect(reference).toMatch(new RegExp(`^SM-[${REFERENCE_LETTERS}]{3}-[${REFERENCE_LETTERS}]{4}$`));
          for (const typed of [
            reference.toLowerCase(),
            reference.replace(/-/g, ''),
            ` ${reference.replace(/-/g, ' ')} `,
          ]) {
            expect(readReference(typed)).toBe(reference);
          }
        },
      ),
    );
  });
  it('is not what it is not', () => {
    for (const typed of ['', 'SM', 'SM-111-1111', 'XX-234-67AC', 'SM-234-67ACD', null, 7]) {
      expect(readReference(typed)).toBeNull();
    }
  });
});

describe('a message that is a reference', () => {
  it.each(['SM-ACK-THEM', 'sm ack them', 'SM4CKTHEM', ' sm-4ck-them '])('"%s" is one', (typed) => {
    expect(readTypedReference(typed)).not.toBeNull();
  });
  it.each(['smack them', 'Smack them.', 'smackthem', 'sm', ''])('"%s" is words', (typed) => {
    expect(readTypedReference(typed)).toBeNull();
    expect(isLikeReference(typed)).toBe(false);
  });
  it.each(['SM-234-679B', 'sm-011-5ll5', 'SM 234-679', 'sm-2346790'])('"%s" was meant for one', (typed) => {
    expect(readTypedReference(typed)).toBeNull();
    expect(isLikeReference(typed)).toBe(true);
  });
  it.each(['sm policy please', 'sm?', 'SM use in year 4', 'sm accounts', 'sm - is it social media?'])(
    '"%s" is not',
    (typed) => {
      expect(isLikeReference(typed)).toBe(false);
    },
  );
});

const form: IncidentForm = {
  kind: 'k',
  version: 1,
  title: 'T',
  summary: 'S',
  listed: true,
  audience: 'triage',
  clauses: [],
  doNow: [],
  doNot: [],
  inputs: [
    { id: 'what', label: 'What happened', required: true, type: 'text', multiline: true, maxLength: 20 },
    { id: 'when', label: 'When', required: false, type: 'date' },
    {
      id: 'where',
      label: 'Where',
      required: false,
      type: 'choice',
      many: true,
      choices: [
        { code: 'a', label: 'A' },
        { code: 'b', label: 'B' },
      ],
    },
  ],
};

describe('a form', () => {
  it('keeps what was typed beside every problem', () => {
    const reading = readForm(
      form,
      { what: 'x'.repeat(30), when: '2026-13-01', where: 'a,zzz', strange: 'y' },
      '2026-11-20',
    );
    expect(reading).toMatchObject({
      kind: 'incomplete',
      typed: { what: 'x'.repeat(30), when: '2026-13-01', where: 'a,zzz' },
    });
    expect(reading.kind === 'incomplete' && reading.problems.map(({ input }) => input)).toEqual([
      'what',
      'when',
      'where',
    ]);
  });
  it('refuses a day that has not come', () => {
    expect(readForm(form, { what: 'x', when: '2026-11-21' }, '2026-11-20').kind).toBe('incomplete');
    expect(readForm(form, { what: 'x', when: '2026-11-20', where: 'a,b' }, '2026-11-20').kind).toBe('complete');
  });
  it('never throws and never takes an unknown input', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.anything()), fc.anything(), (sent, what) => {
        const reading = readForm(form, { ...sent, what }, '2026-11-20');
        const kept = reading.kind === 'complete' ? reading.answers : reading.typed;
        expect(Object.keys(kept).every((id) => form.inputs.some((input) => input.id === id))).toBe(true);
      }),
    );
  });
});

import { readStaffId, type StaffId } from '../../../src/core/ids.ts';
import {
  type Audience,
  audienceFor,
  AUDIENCES,
  type Concern,
  concernedPersons,
  concernsTheChair,
  imageryLeads,
  mayOpen,
  openers,
  type Roles,
  type Subject,
} from '../../../src/core/report/audience.ts';

const staff = (name: string): StaffId => {
  const id = readStaffId(name);
  if (id === null) throw new Error(name);
  return id;
};
const [head, lead, deputy, chair, triager, teacher, headAndChair] = [
  'head',
  'lead',
  'deputy',
  'chair',
  'triager',
  'teacher',
  'head-and-chair',
].map(staff) as [StaffId, StaffId, StaffId, StaffId, StaffId, StaffId, StaffId];

const roles: Roles = { headteachers: [head], safeguarding: [lead, deputy], chairs: [chair], triagers: [triager] };
const about = (concerns: readonly Concern[], change: Partial<Subject> = {}): Subject => ({
  reporter: teacher,
  concerns,
  imagery: 'no',
  ...change,
});

describe('who may open a report', () => {
  const table: readonly (readonly [Audience, readonly StaffId[]])[] = [
    ['triage', [head, triager]],
    ['head', [head]],
    ['safeguarding', [lead, deputy]],
    ['chair', [chair]],
  ];
  const everybody = [head, lead, deputy, chair, triager, teacher, headAndChair];

  it.each(table)('of audience %s is exactly those who hold its role', (audience, allowed) => {
    for (const person of everybody) {
      expect({ person, may: mayOpen(person, { audience, concerned: [] }, roles) }).toEqual({
        person,
        may: allowed.includes(person),
      });
    }
  });

  it('leaves a sealed report that concerns the chair too to nobody, and says so', () => {
    const both = about([{ kind: 'headteacher' }, { kind: 'handler', staffId: chair }]);
    const report = { audience: audienceFor(both, roles), concerned: concernedPersons(both, roles) };
    expect(openers(report, roles)).toEqual([]);
    expect(concernsTheChair(report, roles)).toBe(true);
    expect(concernsTheChair({ audience: 'chair', concerned: [head] }, roles)).toBe(false);
    expect(concernsTheChair({ audience: 'chair', concerned: [head] }, { ...roles, chairs: [] })).toBe(false);
  });

  it('never lets a person open a report that concerns them, whatever the audience', () => {
    for (const audience of AUDIENCES) {
      for (const person of everybody) expect(mayOpen(person, { audience, concerned: [person] }, roles)).toBe(false);
    }
  });

  it('never lets a headteacher open a sealed report, even one who is named as chair too', () => {
    const both: Roles = { ...roles, headteachers: [headAndChair], chairs: [headAndChair, chair] };
    expect(mayOpen(headAndChair, { audience: 'chair', concerned: [] }, both)).toBe(false);
    expect(mayOpen(chair, { audience: 'chair', concerned: [] }, both)).toBe(true);
  });

  it('takes a role away at once when it is no longer held', () => {
    expect(mayOpen(triager, { audience: 'triage', concerned: [] }, { ...roles, triagers: [] })).toBe(false);
  });
});

describe('the audience fixed at Send', () => {
  it.each<[string, Subject, Audience]>([
    ['a parent or somebody outside', about([{ kind: 'parent-or-other' }]), 'triage'],
    ['a pupil', about([{ kind: 'pupil' }]), 'triage'],
    ['the reporter', about([{ kind: 'me' }]), 'triage'],
    ['other staff', about([{ kind: 'other-staff' }]), 'head'],
    ['somebody who handles reports', about([{ kind: 'handler', staffId: triager }]), 'head'],
    ['the headteacher', about([{ kind: 'headteacher' }]), 'chair'],
    ['the headteacher and a parent', about([{ kind: 'parent-or-other' }, { kind: 'headteacher' }]), 'chair'],
    ['not sure, before the plain question', about([{ kind: 'not-sure' }]), 'chair'],
    [
      'not sure, and it could be the headteacher',
      about([{ kind: 'not-sure' }], { couldBeHead: 'yes-or-not-sure' }),
      'chair',
    ],
    ['not sure, but not the headteacher', about([{ kind: 'not-sure' }], { couldBeHead: 'no' }), 'head'],
    ['the headteacher picked as a handler', about([{ kind: 'handler', staffId: head }]), 'chair'],
    ['the headteacher, who reports about themselves', about([{ kind: 'me' }], { reporter: head }), 'chair'],
    ['a pupil, and imagery', about([{ kind: 'pupil' }], { imagery: 'yes' }), 'safeguarding'],
    ['a pupil, and not sure of imagery', about([{ kind: 'pupil' }], { imagery: 'not-sure' }), 'safeguarding'],
    ['the headteacher, and imagery', about([{ kind: 'headteacher' }], { imagery: 'yes' }), 'chair'],
    [
      'the lead, and imagery: the deputy has it',
      about([{ kind: 'handler', staffId: lead }], { imagery: 'yes' }),
      'safeguarding',
    ],
  ])('concerns %s → %s', (_name, subject, audience) => {
    expect(audienceFor(subject, roles)).toBe(audience);
  });

  it('goes to the next audience where the persons concerned leave nobody', () => {
    const oneLead: Roles = { ...roles, safeguarding: [lead] };
    expect(audienceFor(about([{ kind: 'handler', staffId: lead }], { imagery: 'yes' }), oneLead)).toBe('head');
    const smallSchool: Roles = { headteachers: [head], safeguarding: [head], chairs: [], triagers: [] };
    expect(audienceFor(about([{ kind: 'headteacher' }], { imagery: 'yes' }), smallSchool)).toBe('chair');
    expect(audienceFor(about([{ kind: 'pupil' }]), { ...smallSchool, headteachers: [] })).toBe('chair');
  });

  it('always leaves somebody to open it, but for a chair without an account', () => {
    const kinds: readonly Concern[] = [
      { kind: 'headteacher' },
      { kind: 'handler', staffId: triager },
      { kind: 'handler', staffId: lead },
      { kind: 'other-staff' },
      { kind: 'pupil' },
      { kind: 'me' },
      { kind: 'not-sure' },
    ];
    for (const reporter of [teacher, head, lead, triager]) {
      for (const concern of kinds) {
        for (const imagery of ['no', 'yes', 'not-sure'] as const) {
          const subject = about([concern], { reporter, imagery });
          const report = { audience: audienceFor(subject, roles), concerned: concernedPersons(subject, roles) };
          expect(openers(report, roles).length).toBeGreaterThan(0);
          expect(openers(report, roles).some((person) => report.concerned.includes(person))).toBe(false);
        }
      }
    }
  });
});

describe('who is told that a picture was stopped', () => {
  it('is the safeguarding lead and deputies', () => {
    expect(imageryLeads({ audience: 'triage', concerned: [] }, roles)).toEqual([lead, deputy]);
  });
  it('is never somebody whom the report concerns, and never the headteacher for a sealed one', () => {
    expect(imageryLeads({ audience: 'triage', concerned: [lead] }, roles)).toEqual([deputy]);
    const headIsLead: Roles = { ...roles, safeguarding: [head] };
    expect(imageryLeads({ audience: 'chair', concerned: [head] }, headIsLead)).toEqual([chair]);
  });
});

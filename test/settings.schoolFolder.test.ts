import { contactRoles, readSchoolFolder } from '../src/settings.ts';

const read = (contacts: unknown) => readSchoolFolder({ 'contacts.json': JSON.stringify(contacts) });
const notSet = { kind: 'notSet' };

describe("the school's own folder", () => {
  it('gives each role its contact, and says which are not set', () => {
    const folder = read({
      headteacher: { name: 'A. Head', entraId: '11111111-AAAA-4bbb-8ccc-000000000001' },
      chair: { email: 'chair@example.org', phone: '0113 496 0000 ext 12' },
      lado: {},
      hr: null,
    });
    expect(folder).toEqual({
      kind: 'read',
      contacts: {
        headteacher: { kind: 'set', name: 'A. Head', entraId: '11111111-aaaa-4bbb-8ccc-000000000001' },
        safeguardingLead: notSet,
        deputySafeguardingLead: notSet,
        chair: { kind: 'set', email: 'chair@example.org', phone: '0113 496 0000 ext 12' },
        lado: notSet,
        hr: notSet,
      },
    });
  });

  it('has no contact when no folder is set', () => {
    const folder = readSchoolFolder({});
    expect(folder.kind === 'read' && Object.values(folder.contacts)).toEqual(contactRoles.map(() => notSet));
  });

  it.each<[string, Record<string, string>, RegExp]>([
    ['a folder without contacts', { 'contact.json': '{}' }, /has no contacts\.json/],
    ['text that is not JSON', { 'contacts.json': '{"headteacher": ' }, /not a JSON object/],
    ['a list', { 'contacts.json': '[]' }, /not a JSON object/],
    ['an unknown role', { 'contacts.json': '{"safegaurdingLead": {}}' }, /role that is not known/],
    [
      'an unknown field',
      { 'contacts.json': '{"chair": {"mobile": "07700 900000"}}' },
      /chair may have name, phone, email and entraId/,
    ],
    ['a contact that is only text', { 'contacts.json': '{"chair": "Pat Smith"}' }, /chair may have/],
    [
      'a telephone number that is none',
      { 'contacts.json': '{"hr": {"phone": "ask at the office"}}' },
      /phone of hr is not a telephone number/,
    ],
    [
      'an address that is none',
      { 'contacts.json': '{"hr": {"email": "hr at school"}}' },
      /email of hr is not an email address/,
    ],
    [
      'an id that is none',
      { 'contacts.json': '{"chair": {"entraId": "pat"}}' },
      /entraId of chair is not an Entra object id/,
    ],
    [
      'a name with a line break',
      { 'contacts.json': '{"chair": {"name": "Pat\\nSmith"}}' },
      /name of chair is not a name on one line/,
    ],
  ])('is refused in a sentence for %s', (_what, files, problem) => {
    expect(readSchoolFolder(files)).toEqual({ kind: 'wrong', problems: [expect.stringMatching(problem)] });
  });

  it('names every fault at once and repeats nobody’s details', () => {
    const folder = read({ Zqzq: {}, chair: { name: '<b>Zqzq</b>', phone: 'Zqzq' }, hr: { email: 'Zqzq' } });
    expect(folder.kind === 'wrong' && folder.problems).toHaveLength(4);
    expect(JSON.stringify(folder)).not.toContain('Zqzq');
  });
});

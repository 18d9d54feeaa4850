import { environmentProblems, localEnvironment, peopleFor, plainEnvironment } from '../../src/local/environment.ts';
import { localPeople } from '../../src/local/people.ts';
import { portsFrom } from '../../src/local/ports.ts';

const ports = portsFrom(4100);
const GIVEN_ID = '0f0e0d0c-1111-4222-8333-444455556666';

describe("the local bot's environment", () => {
  it('names the local persons, the storage and the address', () => {
    expect(localEnvironment(ports, {})).toMatchObject({
      PORT: '4100',
      HOST: '127.0.0.1',
      POSTWISE_PUBLIC_URL: 'http://127.0.0.1:4100',
      POSTWISE_TABLE_URL: 'http://127.0.0.1:4101/devstoreaccount1',
      POSTWISE_BLOB_URL: 'http://127.0.0.1:4102/devstoreaccount1',
      POSTWISE_HEADTEACHER_IDS: localPeople.headteacher.entraId,
      POSTWISE_SAFEGUARDING_IDS: localPeople.safeguardingLead.entraId,
      POSTWISE_CHAIR_IDS: localPeople.chair.entraId,
    });
  });

  it('follows the ids that are given, and gives the window of the role the first', () => {
    const env = localEnvironment(ports, {
      POSTWISE_HEADTEACHER_IDS: ` ${GIVEN_ID.toUpperCase()} , ${localPeople.headteacher.entraId}`,
    });
    expect(env.POSTWISE_HEADTEACHER_IDS).toBe(`${GIVEN_ID},${localPeople.headteacher.entraId}`);
    expect(peopleFor(env).headteacher).toEqual({ ...localPeople.headteacher, entraId: GIVEN_ID });
    expect(peopleFor(env).teacher).toEqual(localPeople.teacher);
  });

  it('never leads to the storage, the tenant or the port of a setting made for Teams', () => {
    const forTeams = {
      PORT: '80',
      HOST: '0.0.0.0',
      POSTWISE_STORAGE_CONNECTION_STRING: 'AccountName=real;AccountKey=real',
      POSTWISE_TABLE_URL: 'https://real.table.core.windows.net',
      POSTWISE_TENANT_ID: GIVEN_ID,
      POSTWISE_SCHOOL_ID: 'real',
      POSTWISE_PUBLIC_URL: 'https://real.example.org',
      MicrosoftAppId: GIVEN_ID,
    };
    expect(localEnvironment(ports, forTeams)).toEqual(localEnvironment(ports, {}));
  });

  it.each([['POSTWISE_HEADTEACHER_IDS'], ['POSTWISE_SAFEGUARDING_IDS'], ['POSTWISE_CHAIR_IDS']])(
    'says that %s holds no id',
    (name) => {
      expect(environmentProblems({ [name]: `${GIVEN_ID},head@school.example` })).toEqual([
        expect.stringContaining(name),
      ]);
      expect(environmentProblems({ [name]: GIVEN_ID })).toEqual([]);
    },
  );

  it('passes nothing on that could lead a child process elsewhere', () => {
    const given = { PATH: '/bin', HTTP_PROXY: 'http://proxy', NODE_OPTIONS: '--inspect', AUTH_CLIENT_ID: 'x' };
    expect(plainEnvironment(given)).toEqual({ PATH: '/bin' });
  });
});

describe('the local persons', () => {
  it('are six, each with an id of their own', () => {
    const ids = Object.values(localPeople).map(({ entraId }) => entraId);
    expect(ids).toHaveLength(6);
    expect(new Set(ids).size).toBe(6);
  });
});

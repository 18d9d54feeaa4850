import fc from 'fast-check';
import {
  type HostRule,
  mayAnswerTo,
  mayConnect,
  mayFetch,
  TEAMS_PICTURE_HOSTS,
  TEAMS_SERVICE_HOSTS,
} from '../../src/fetching/hosts.ts';

describe('the addresses that pictures may come from', () => {
  it.each([
    'https://smba.trafficmanager.net/uk/v3/attachments/0-uks-d1/views/original',
    'https://SMBA.TrafficManager.net/uk/v3/attachments/x/views/original',
    'https://smba.trafficmanager.net:443/uk/v3/attachments/x',
    'https://eu.botframework.com/v3/attachments/x',
    'https://uk-api.asm.teams.microsoft.com/v1/objects/x',
    'https://school-my.sharepoint.com/personal/x/_layouts/15/download.aspx?UniqueId=1&tempauth=ey',
    'https://ukwest1-mediap.svc.ms/transform/thumbnail?provider=spo',
  ])('include %s', (address) => expect(mayFetch(address, TEAMS_PICTURE_HOSTS)).toBe(true));

  it.each([
    ['another host', 'https://example.org/picture.png'],
    ['plain http', 'http://smba.trafficmanager.net/uk/v3/attachments/x'],
    ['another scheme', 'ftp://smba.trafficmanager.net/x'],
    ['a file', 'file:///etc/passwd'],
    ['data', 'data:image/png;base64,AAAA'],
    ['a neighbour below the same domain', 'https://evil.trafficmanager.net/x'],
    ['a host below one that stands alone', 'https://x.smba.trafficmanager.net/x'],
    ['the same ending without its dot', 'https://evilsharepoint.com/x'],
    ['the bare domain', 'https://sharepoint.com/x'],
    ['only the dot', 'https://.sharepoint.com/x'],
    ['the name as a beginning', 'https://school.sharepoint.com.evil.example/x'],
    ['the name as a user', 'https://school.sharepoint.com@evil.example/x'],
    ['a user at the right host', 'https://me@school.sharepoint.com/x'],
    ['a password at the right host', 'https://:pw@school.sharepoint.com/x'],
    ['the name as a path', 'https://evil.example/school.sharepoint.com'],
    ['the name as a query', 'https://evil.example?.sharepoint.com'],
    ['the name as a fragment', 'https://evil.example#.sharepoint.com'],
    ['a backslash', 'https://evil.example\\.sharepoint.com/x'],
    ['an odd port', 'https://school.sharepoint.com:8443/x'],
    ['a dot at the end', 'https://smba.trafficmanager.net./x'],
    ['this machine', 'https://127.0.0.1/x'],
    ['this machine in other figures', 'https://0x7f.1/x'],
    ['this machine by IPv6', 'https://[::1]/x'],
    ['the cloud’s own address', 'https://169.254.169.254/metadata'],
    ['letters that look alike', 'https://school.ѕharepoint.com/x'],
    ['nothing', ''],
    ['no address', 'smba.trafficmanager.net/x'],
    ['an address without end', `https://school.sharepoint.com/${'x'.repeat(8_000)}`],
  ])('leave out %s', (_what, address) => expect(mayFetch(address, TEAMS_PICTURE_HOSTS)).toBe(false));

  it('are never this machine in a production list, and give the token to the bot service alone', () => {
    const rules: readonly HostRule[] = [...TEAMS_PICTURE_HOSTS, ...TEAMS_SERVICE_HOSTS];
    expect(rules.filter(({ kind }) => kind !== 'public')).toEqual([]);
    expect(new Set(rules.filter(({ takesToken }) => takesToken).map(({ host }) => host))).toEqual(
      new Set(['smba.trafficmanager.net', '.botframework.com']),
    );
    expect(Object.isFrozen(TEAMS_PICTURE_HOSTS) && Object.isFrozen(TEAMS_SERVICE_HOSTS)).toBe(true);
  });

  it('are judged for any text without throwing, and allowed only below a listed name by https', () => {
    const text = fc.oneof(
      fc.string(),
      fc.webUrl(),
      fc.string().map((end) => `https://x.sharepoint.com${end}`),
    );
    fc.assert(
      fc.property(text, (address) => {
        if (!mayFetch(address, TEAMS_PICTURE_HOSTS)) return;
        const { protocol, hostname, port, username } = new URL(address);
        expect([protocol, port, username]).toEqual(['https:', '', '']);
        expect(hostname).toMatch(
          /^(smba\.trafficmanager\.net|.+\.(botframework\.com|teams\.microsoft\.com|sharepoint\.com|svc\.ms))$/,
        );
      }),
    );
  });

  it('may be this machine where a rule names its scheme, name and port, and only there', () => {
    const rules: readonly HostRule[] = [
      { kind: 'loopback', host: '127.0.0.1', scheme: 'http', port: 4321, takesToken: false },
    ];
    expect(mayFetch('http://127.0.0.1:4321/a.png', rules)).toBe(true);
    for (const other of [
      'https://127.0.0.1:4321/',
      'http://127.0.0.1:4322/',
      'http://127.0.0.1/',
      'http://localhost:4321/',
      'http://127.0.0.2:4321/',
    ]) {
      expect(mayFetch(other, rules)).toBe(false);
    }
  });
});

it('this machine at any port is still this machine, by its scheme and name', () => {
  const rules: readonly HostRule[] = [
    { kind: 'loopback', host: '127.0.0.1', scheme: 'http', port: 'any', takesToken: false },
  ];
  expect(mayFetch('http://127.0.0.1:9/', rules)).toBe(true);
  for (const other of [
    'https://127.0.0.1:9/',
    'http://127.0.0.2:9/',
    'http://example.org:9/',
    'http://me@127.0.0.1:9/',
  ]) {
    expect(mayFetch(other, rules)).toBe(false);
  }
});

describe('the addresses that Teams may be answered at', () => {
  it.each([
    ['https://smba.trafficmanager.net/uk/', true],
    ['https://smba.trafficmanager.net/teams/', true],
    ['https://webchat.botframework.com/', true],
    ['http://smba.trafficmanager.net/uk/', false],
    ['https://school.sharepoint.com/', false],
    ['https://smba.trafficmanager.net.evil.example/', false],
    ['https://127.0.0.1:56150/', false],
  ])('%s: %s', (serviceUrl, may) => expect(mayAnswerTo(serviceUrl, TEAMS_SERVICE_HOSTS)).toBe(may));
});

describe('what may be connected to', () => {
  it.each(['8.8.8.8', '13.107.64.1', '52.113.194.132', '2603:1030::1', '2a00:1450:4009::200e'])(
    '%s is public',
    (ip) => {
      expect(mayConnect(ip, 'public')).toBe(true);
      expect(mayConnect(ip, 'loopback')).toBe(false);
    },
  );

  it.each([
    '0.0.0.0',
    '10.1.2.3',
    '100.100.100.200',
    '127.0.0.1',
    '168.63.129.16',
    '169.254.169.254',
    '172.31.255.255',
    '192.168.1.1',
    '198.18.0.1',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::ffff:8.8.8.8',
    '::ffff:127.0.0.1',
    '64:ff9b::7f00:1',
    'fe80::1',
    'fd00::1',
    'ff02::1',
    '2001:db8::1',
    '2002:7f00:1::',
    'not an address',
  ])('%s is not public', (ip) => expect(mayConnect(ip, 'public')).toBe(false));

  it.each([
    ['127.0.0.1', true],
    ['127.8.8.8', true],
    ['::1', true],
    ['192.168.1.1', false],
    ['0.0.0.0', false],
  ])('%s is this machine: %s', (ip, is) => expect(mayConnect(ip, 'loopback')).toBe(is));
});

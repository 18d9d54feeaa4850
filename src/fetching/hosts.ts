import { BlockList, isIP } from 'node:net';

/**
 * A host that Postwise may speak to. Rules are constructor values in code: nothing in the environment adds one.
 */
export type HostRule =
  /** https on port 443, at addresses of the public internet only. */
  | {
      readonly kind: 'public';
      /** `smba.example.net` is that host alone; `.example.net` is every host below it, and not `example.net` itself. */
      readonly host: string;
      /** Whether the bot's own token may be sent there. */
      readonly takesToken: boolean;
    }
  /** For `npm run local` and tests: this machine alone. No production list holds one. */
  | {
      readonly kind: 'loopback';
      /** As the address says it: `127.0.0.1`, `localhost`, `[::1]`, or a name that resolves to one of them. */
      readonly host: string;
      readonly scheme: 'http' | 'https';
      /** `any`: whatever listens on this machine, for clients that choose their own port. */
      readonly port: number | 'any';
      readonly takesToken: boolean;
    };

/** Where Teams puts pictures: pasted ones with the bot service, files in the sender's OneDrive or SharePoint. */
export const TEAMS_PICTURE_HOSTS: readonly HostRule[] = Object.freeze([
  { kind: 'public', host: 'smba.trafficmanager.net', takesToken: true },
  { kind: 'public', host: '.botframework.com', takesToken: true },
  { kind: 'public', host: '.teams.microsoft.com', takesToken: false },
  { kind: 'public', host: '.sharepoint.com', takesToken: false },
  { kind: 'public', host: '.svc.ms', takesToken: false },
] as const);

/** Where Teams may ask to be answered. Anyone may own a name below trafficmanager.net, so only the one host is named. */
export const TEAMS_SERVICE_HOSTS: readonly HostRule[] = Object.freeze([
  { kind: 'public', host: 'smba.trafficmanager.net', takesToken: true },
  { kind: 'public', host: '.botframework.com', takesToken: true },
] as const);

const LONGEST_ADDRESS = 8_000;

/** Whether a picture's address may be kept and fetched at all. Asks nobody: no DNS, no request. */
export function mayFetch(address: string, rules: readonly HostRule[]): boolean {
  return ruleFor(address, rules) !== null;
}

/** Whether an activity's `serviceUrl` may be answered, and so may be given the bot's token. */
export function mayAnswerTo(serviceUrl: string, rules: readonly HostRule[]): boolean {
  return ruleFor(serviceUrl, rules) !== null;
}

/** The rule under which an address stands, with the address as parsed; `null` when no rule allows it. */
export function ruleFor(
  address: string,
  rules: readonly HostRule[],
): { readonly url: URL; readonly rule: HostRule } | null {
  if (address.length > LONGEST_ADDRESS || !URL.canParse(address)) return null;
  const url = new URL(address);
  if (url.username !== '' || url.password !== '') return null;
  const rule = rules.find((each) => matches(url, each));
  return rule === undefined ? null : { url, rule };
}

function matches(url: URL, rule: HostRule): boolean {
  if (rule.kind === 'loopback') {
    const rightPort = rule.port === 'any' || portOf(url) === rule.port;
    return url.protocol === `${rule.scheme}:` && url.hostname === rule.host && rightPort;
  }
  if (url.protocol !== 'https:' || url.port !== '' || isIP(url.hostname.replace(/^\[|\]$/g, '')) !== 0) return false;
  // URL has put the name in lower case and in ASCII; a name that ends in a dot matches no rule.
  return rule.host.startsWith('.')
    ? url.hostname.endsWith(rule.host) && url.hostname.length > rule.host.length
    : url.hostname === rule.host;
}

const portOf = (url: URL) => (url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port));

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

// RFC 6890 and the IANA registries of special-purpose addresses.
const notPublic4 = new BlockList();
for (const [net, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16], // among them the cloud's own address that hands out identities
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const) {
  notPublic4.addSubnet(net, prefix, 'ipv4');
}
notPublic4.addAddress('168.63.129.16', 'ipv4'); // public by its number, but Azure's own platform service

// Only 2000::/3 is handed out; what is left of it that leads elsewhere is named here.
const handedOut6 = new BlockList();
handedOut6.addSubnet('2000::', 3, 'ipv6');
const notPublic6 = new BlockList();
for (const [net, prefix] of [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const) {
  notPublic6.addSubnet(net, prefix, 'ipv6');
}

/** Whether an address found by DNS may be connected to under a rule of this kind. */
export function mayConnect(ip: string, kind: HostRule['kind']): boolean {
  const family = isIP(ip);
  if (family === 0) return false;
  if (kind === 'loopback') return loopback.check(ip, family === 4 ? 'ipv4' : 'ipv6');
  return family === 4 ? !notPublic4.check(ip, 'ipv4') : handedOut6.check(ip, 'ipv6') && !notPublic6.check(ip, 'ipv6');
}

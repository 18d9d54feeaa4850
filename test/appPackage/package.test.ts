import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppManifestUtils, type TeamsManifest } from '@microsoft/app-manifest';
import sharp from 'sharp';
import { readPackageSettings, SettingsError } from '../../src/settings.ts';
import { fillManifest, zipPackage } from '../../src/tools/appPackage.ts';
import { colourIcon, outlineIcon } from '../../src/tools/drawIcons.ts';

const root = join(import.meta.dirname, '../..');
const read = (name: string) => readFileSync(join(root, 'appPackage', name));
const template = read('manifest.json').toString();
const settings = readPackageSettings({
  MicrosoftAppId: '22222222-AAAA-4bbb-8ccc-000000000001',
  POSTWISE_PUBLIC_URL: 'https://reports.example.org/',
});
type Bot = {
  botId: string;
  scopes: string[];
  supportsFiles: boolean;
  commandLists: { scopes: string[]; commands: { title: string }[] }[];
};
type Manifest = {
  id: string;
  version: string;
  bots: Bot[];
  validDomains: string[];
  supportsChannelFeatures: string;
  icons: { color: string; outline: string };
  developer: Record<string, string>;
  authorization: unknown;
  webApplicationInfo: { id: string };
};
const filled = JSON.parse(fillManifest(template, settings, '0.1.0')) as Manifest;
const validate = (manifest: unknown) => AppManifestUtils.validateAgainstSchema(manifest as TeamsManifest);

describe('the manifest', () => {
  let asked: jest.SpyInstance;
  beforeEach(() => {
    asked = jest.spyOn(globalThis, 'fetch').mockRejectedValue(new Error('the schema is to come from the package'));
  });
  afterEach(() => {
    expect(asked).not.toHaveBeenCalled();
    asked.mockRestore();
  });

  it('is valid against the schema of its version, without a network', async () => {
    expect(await validate(filled)).toEqual([]);
  });

  it.each<[string, (manifest: Manifest) => unknown]>([
    ['an unfilled place', () => JSON.parse(template) as unknown],
    ['an unknown property', (manifest) => ({ ...manifest, packageName: 'org.example' })],
    ['an unknown scope', (manifest) => ({ ...manifest, bots: [{ ...manifest.bots[0], scopes: ['everyone'] }] })],
    ['a missing developer', ({ developer: _, ...rest }) => rest],
  ])('would not be valid with %s', async (_what, change) => {
    expect(await validate(change(filled))).not.toEqual([]);
  });

  it('offers the bot in personal chats, teams and group chats, with files, and in private channels', () => {
    expect(filled.bots).toHaveLength(1);
    expect(filled.bots[0]).toMatchObject({
      botId: settings.botId,
      scopes: ['personal', 'team', 'groupChat'],
      supportsFiles: true,
    });
    expect(filled.supportsChannelFeatures).toBe('tier1');
  });

  it('names the commands of each place', () => {
    const commands = filled.bots[0]?.commandLists.map(({ scopes, commands }) => [
      scopes,
      commands.map(({ title }) => title),
    ]);
    expect(commands).toEqual([
      [['personal'], ['report', 'my reports', 'help']],
      [['team'], ['set up', 'reports']],
    ]);
  });

  it('asks for the members of its channels, and for nothing else', () => {
    expect(filled.authorization).toEqual({
      permissions: { resourceSpecific: [{ name: 'ChannelMember.Read.Group', type: 'Application' }] },
    });
    expect(filled).not.toHaveProperty('devicePermissions');
    expect(filled).not.toHaveProperty('permissions');
  });

  it('carries the settings, and no other address', () => {
    expect([filled.id, filled.webApplicationInfo.id, filled.version]).toEqual([
      settings.botId,
      settings.botId,
      '0.1.0',
    ]);
    expect(filled.validDomains).toEqual(['reports.example.org']);
    const addresses = JSON.stringify(filled).match(/https?:[^"]*/g) ?? [];
    const own = addresses.filter((address) => !address.includes('/json-schemas/'));
    expect(own.length).toBeGreaterThan(3);
    for (const address of own) expect(address).toMatch(/^https:\/\/reports\.example\.org(\/|$)/);
  });
});

describe('filling the manifest', () => {
  it('refuses a place that nothing fills, and names it', () => {
    for (const place of ['{{tenant}}', '{{ botId }}', '{{}}']) {
      expect(() => fillManifest(`{"a": "${place}"}`, settings, '0.1.0')).toThrow(place);
    }
  });

  it('refuses a version that Teams would not take', () => {
    expect(() => fillManifest(template, settings, '1.0.0-beta')).toThrow(/three numbers/);
  });

  it('needs the bot and the address of the pages, and says both at once', () => {
    let problems: readonly string[] = [];
    try {
      readPackageSettings({ POSTWISE_PUBLIC_URL: 'http://reports.example.org' });
    } catch (error) {
      if (error instanceof SettingsError) problems = error.problems;
    }
    expect(problems).toEqual([
      expect.stringMatching(/^Set MicrosoftAppId/),
      expect.stringMatching(/^POSTWISE_PUBLIC_URL/),
    ]);
  });
});

describe('the icons', () => {
  const pixels = (bytes: Buffer) => sharp(bytes).ensureAlpha().raw().toBuffer({ resolveWithObject: true });

  it.each([
    ['color.png', 192],
    ['outline.png', 32],
  ])('%s is a PNG of %i pixels a side', async (name, side) => {
    expect(await sharp(read(name)).metadata()).toMatchObject({ format: 'png', width: side, height: side });
  });

  it('the outline is white on nothing', async () => {
    const { data } = await pixels(read('outline.png'));
    let seen = 0;
    for (let at = 0; at < data.length; at += 4) {
      if (data[at + 3] === 0) continue;
      seen += 1;
      expect([...data.subarray(at, at + 3)]).toEqual([255, 255, 255]);
    }
    expect(seen).toBeGreaterThan(100);
    expect(seen).toBeLessThan(700);
    expect(data[3]).toBe(0);
  });

  it('the coloured one is filled to its corners with the accent colour', async () => {
    const { data } = await pixels(read('color.png'));
    const { accentColor } = JSON.parse(template) as { accentColor: string };
    expect(`#${data.subarray(0, 3).toString('hex')}`.toUpperCase()).toBe(accentColor);
    expect((await sharp(read('color.png')).stats()).isOpaque).toBe(true);
  });

  it.each([
    ['color.png', colourIcon],
    ['outline.png', outlineIcon],
  ])('%s is what the drawing gives', async (name, draw) => {
    expect((await pixels(read(name))).data.equals((await pixels(draw())).data)).toBe(true);
  });
});

describe('the package', () => {
  const files = () => ({ manifest: JSON.stringify(filled), color: read('color.png'), outline: read('outline.png') });
  /** Names from the zip's own list at its end. */
  const namesIn = (zip: Buffer) => {
    const names: string[] = [];
    for (let at = zip.indexOf('PK\x01\x02'); at >= 0; at = zip.indexOf('PK\x01\x02', at + 4)) {
      names.push(zip.toString('latin1', at + 46, at + 46 + zip.readUInt16LE(at + 28)));
    }
    return names;
  };

  it('holds the manifest and the icons that it names at its root, and nothing else', async () => {
    expect(namesIn(await zipPackage(files()))).toEqual(['manifest.json', filled.icons.color, filled.icons.outline]);
  });

  it('is the same to the byte when it is made again, wherever and whenever', async () => {
    const hash = (zone: string) =>
      execFileSync(
        process.execPath,
        [
          '--input-type=module',
          '-e',
          `const { zipPackage } = await import(${JSON.stringify(join(root, 'src/tools/appPackage.ts'))});
           const { createHash } = await import('node:crypto');
           const zip = await zipPackage({ manifest: '{}', color: Buffer.from('c'), outline: Buffer.from('o') });
           process.stdout.write(createHash('sha256').update(zip).digest('hex'));`,
        ],
        { encoding: 'utf8', env: { ...process.env, TZ: zone } },
      );
    expect(hash('Europe/London')).toMatch(/^[0-9a-f]{64}$/);
    expect(hash('Pacific/Auckland')).toBe(hash('Europe/London'));
  });

  it('is refused by the command in sentences when settings are missing', () => {
    const run = () =>
      execFileSync(process.execPath, [join(root, 'src/tools/package.ts')], {
        encoding: 'utf8',
        stdio: 'pipe',
        env: { PATH: process.env['PATH'], MicrosoftAppId: '', POSTWISE_PUBLIC_URL: '' },
      });
    expect(run).toThrow(/Set MicrosoftAppId .*\n- Set POSTWISE_PUBLIC_URL/);
  });
});

import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type Browser, type Page, chromium } from 'playwright-core';

const INSTALLED = ['/usr/bin/chromium', '/usr/bin/chromium-browser'];
const PACKAGE = resolve(import.meta.dirname, '../../node_modules/@sparticuz/chromium');

/** Why there is no browser on this machine, or `null` where there is one. */
export const noBrowserBecause: string | null =
  INSTALLED.some((path) => existsSync(path)) ||
  (process.platform === 'linux' && process.arch === 'x64' && existsSync(PACKAGE))
    ? null
    : 'Chromium at /usr/bin/chromium, or x86-64 Linux with the development packages installed';

/**
 * Tests that need a browser: one browser for them all, closed at the end. On a machine without one they are counted as
 * skipped, under a name that says what they need.
 */
export function describeInBrowser(name: string, tests: (browser: () => Browser) => void): void {
  if (noBrowserBecause !== null) {
    describe.skip(`${name} (needs ${noBrowserBecause})`, () => tests(() => nowhere()));
    return;
  }
  describe(name, () => {
    let open: Browser | null = null;
    beforeAll(async () => {
      open = await launchBrowser();
    }, 120_000);
    afterAll(async () => open?.close());
    tests(() => open ?? nowhere());
  });
}

const nowhere = (): never => {
  throw new Error('There is no browser open');
};

const ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-dev-shm-usage',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];

/**
 * Waits until an expression holds on a page. Playwright's own `waitForFunction` asks a second time from a script within
 * the page, which our pages' content security policy forbids; this asks from outside each time.
 */
export async function until(page: Page, expression: string): Promise<void> {
  while (!(await page.evaluate(expression))) await pause(50);
}

/** Chromium without a window. The caller closes it. @throws where this machine has none */
export async function launchBrowser(): Promise<Browser> {
  if (noBrowserBecause !== null) throw new Error(`A browser needs ${noBrowserBecause}`);
  const installed = INSTALLED.find((path) => existsSync(path));
  if (installed !== undefined) return chromium.launch({ executablePath: installed, args: ARGS });
  const home = unpacked();
  const options = { executablePath: join(home, 'chromium'), args: [...ARGS, '--no-zygote'] };
  const env = { ...(process.env as Record<string, string>), FONTCONFIG_FILE: join(home, 'fonts.conf') };
  try {
    return await chromium.launch({ ...options, env });
  } catch {
    // A bare machine lacks the shared libraries that a desktop has; the package carries those too.
    return chromium.launch({ ...options, env: { ...env, LD_LIBRARY_PATH: join(home, 'al2023', 'lib') } });
  }
}

/**
 * The folder with the package's Chromium. It is unpacked to one side and put in place in one step: the package itself
 * would take another worker's half-written file for the browser.
 */
function unpacked(): string {
  const { version } = JSON.parse(readFileSync(join(PACKAGE, 'package.json'), 'utf8')) as { version: string };
  const home = join(tmpdir(), `postwise-chromium-${version}`);
  if (existsSync(home)) return home;
  const aside = mkdtempSync(join(tmpdir(), 'postwise-unpacking-'));
  // It unpacks into the temporary folder, and the libraries only where it believes itself to be in its usual place.
  const env = { ...process.env, TMPDIR: aside, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs22.x' };
  const unpack = `import('@sparticuz/chromium').then((it) => it.default.executablePath())`;
  execFileSync(process.execPath, ['-e', unpack], { env, cwd: resolve(PACKAGE, '../../..'), stdio: 'pipe' });
  mkdirSync(join(aside, 'fonts-cache'), { recursive: true });
  writeFileSync(join(aside, 'fonts.conf'), fontsConf(home));
  try {
    renameSync(aside, home);
  } catch {
    rmSync(aside, { recursive: true, force: true });
  }
  return home;
}

const fontsConf = (home: string): string => `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${home}/fonts</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir>${home}/fonts-cache</cachedir>
</fontconfig>
`;

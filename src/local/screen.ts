import type { LocalEnvironment } from './environment.ts';
import type { LocalOptions } from './options.ts';
import type { LocalPeople } from './people.ts';
import { REPORTS_CHANNEL } from './playground.ts';
import { LOOPBACK, type LocalPorts } from './ports.ts';

/** The one short screen that is printed when everything runs. */
export function screen(options: LocalOptions, ports: LocalPorts, env: LocalEnvironment, people: LocalPeople): string {
  const lines = options.withClients ? withClients(ports, people) : withoutClients(env);
  return ['', ...lines, '', `Kept in     ${options.dataFolder}`, 'Stop with   Ctrl-C', ''].join('\n');
}

function withClients(ports: LocalPorts, people: LocalPeople): readonly string[] {
  const windowAt = (port: number) => `http://${LOOPBACK}:${port}`;
  return [
    'Postwise is running, on this machine alone: storage, the bot and two Teams clients. Open both:',
    '',
    `  ${windowAt(ports.teacher)}   the teacher, ${people.teacher.name}`,
    `  ${windowAt(ports.headteacher)}   the headteacher, ${people.headteacher.name}`,
    '',
    'Try this:',
    `  1. Headteacher: All staff > ${REPORTS_CHANNEL}, post "@Postwise set up" (choose Postwise from the list).`,
    '  2. Teacher: Personal Chat, ask "can I accept this friend request?"',
    '  3. Teacher: Personal Chat, "report"; then look at the channel of the headteacher.',
  ];
}

function withoutClients(env: LocalEnvironment): readonly string[] {
  return [
    'Postwise is running, on this machine alone: storage and the bot, without a Teams client.',
    '',
    `  Messages to        ${env.POSTWISE_PUBLIC_URL}/api/messages`,
    `  Tenant id          ${env.POSTWISE_TENANT_ID}`,
    `  Headteacher        ${env.POSTWISE_HEADTEACHER_IDS}`,
    `  Safeguarding lead  ${env.POSTWISE_SAFEGUARDING_IDS}`,
    `  Chair              ${env.POSTWISE_CHAIR_IDS}`,
  ];
}

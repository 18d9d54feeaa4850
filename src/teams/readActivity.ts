import { readStaffId, type StaffId } from '../core/ids.ts';
import type { Conversation } from '../flows/ports.ts';
import type { Attachment, From, Intent, Place, Unreadable } from './intent.ts';
import { readText } from './readText.ts';

/** Whose activities are read. */
export type Who = {
  /** The school's Entra tenant id. */
  readonly tenant: string;
  /** Ids the bot goes by besides the activity's recipient, e.g. `28:<app id>`. */
  readonly botIds?: readonly string[];
};

type Fields = Readonly<Record<string, unknown>>;

/**
 * Reads what a Teams activity asks for. It never throws, and trusts nothing but that the channel's token was checked.
 *
 * Source of the shapes: the Activity schema of the Bot Framework, and Teams' own additions in `channelData`.
 */
export function readActivity(activity: unknown, who: Who): Intent {
  const it = fields(activity);
  const type = text(it?.type);
  if (it === null || type === null) return unreadable('activity');
  if (!isOfTenant(it, who.tenant)) return unreadable('tenant');
  switch (type) {
    case 'message':
      return readMessage(it, who);
    case 'invoke':
      return it.name === 'adaptiveCard/action' ? readExecute(it, who) : { kind: 'nothing' };
    case 'conversationUpdate':
      return list(it.membersAdded).some((member) => isBot(fields(member)?.id, it, who))
        ? readInstalled(it, who)
        : { kind: 'nothing' };
    case 'installationUpdate':
      return it.action === 'add' ? readInstalled(it, who) : { kind: 'nothing' };
    case 'messageDelete':
      return readDeleted(it, who);
    default:
      // Edits among them: what was said first was acted on already, and cards say what is held.
      return { kind: 'nothing' };
  }
}

/**
 * Where an answer to the activity goes: the thread, in a channel. `null` where that cannot be said.
 * Nothing is sent there before the token and the service's address have been checked.
 */
export function readReturnAddress(activity: unknown): Conversation | null {
  const it = fields(activity);
  const id = text(fields(it?.conversation)?.id);
  const serviceUrl = text(it?.serviceUrl);
  return id === null || serviceUrl === null || !URL.canParse(serviceUrl) ? null : { id, serviceUrl };
}

// ── kinds ───────────────────────────────────────────────────────────────────────────────────────────────────────────

function readMessage(it: Fields, who: Who): Intent {
  if (fields(it.from)?.role === 'bot' || isBot(fields(it.from)?.id, it, who)) return { kind: 'nothing' };
  const from = readFrom(it);
  if (typeof from === 'string') return unreadable(from);
  if (from.activityId === '') return unreadable('id');
  const value = fields(it.value);
  if (value !== null) {
    return {
      kind: 'action',
      from,
      verb: text(value.verb) ?? '',
      data: flat(value),
      card: text(it.replyToId),
      by: 'submit',
      automatic: false,
    };
  }
  return { kind: 'message', from, ...readText(it, (id) => isBot(id, it, who)), ...readAttachments(it.attachments) };
}

function readExecute(it: Fields, who: Who): Intent {
  const value = fields(it.value);
  const action = fields(value?.action);
  const data = fields(action?.data) ?? {};
  const verb = text(action?.verb) ?? text(data.verb);
  if (value === null || verb === null) return unreadable('action');
  if (isBot(fields(it.from)?.id, it, who)) return { kind: 'nothing' };
  const from = readFrom(it);
  if (typeof from === 'string') return unreadable(from);
  return {
    kind: 'action',
    from,
    verb,
    data: flat(data),
    card: text(it.replyToId),
    by: 'invoke',
    automatic: value.trigger === 'automatic',
  };
}

function readInstalled(it: Fields, who: Who): Intent {
  const conversation = readConversation(it);
  if (conversation === null) return unreadable('address');
  const from = isBot(fields(it.from)?.id, it, who) ? 'sender' : readFrom(it);
  return { kind: 'installed', from: typeof from === 'string' ? null : from, place: readPlace(it), conversation };
}

function readDeleted(it: Fields, who: Who): Intent {
  if (isBot(fields(it.from)?.id, it, who)) return { kind: 'nothing' };
  const from = readFrom(it);
  if (typeof from === 'string') return unreadable(from);
  if (from.activityId === '') return unreadable('id');
  return { kind: 'message-deleted', from, activityId: from.activityId };
}

// ── parts ───────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Every tenant that the activity names must be the school's, and at least one must be named by the conversation. */
function isOfTenant(it: Fields, tenant: string): boolean {
  const ofChat = [fields(it.conversation)?.tenantId, fields(fields(it.channelData)?.tenant)?.id].filter(isGiven);
  const named = [...ofChat, fields(it.from)?.tenantId].filter(isGiven);
  const ours = tenant.toLowerCase();
  return ours !== '' && ofChat.length > 0 && named.every((id) => typeof id === 'string' && id.toLowerCase() === ours);
}

const isGiven = (id: unknown) => id !== undefined && id !== null && id !== '';

function isBot(id: unknown, it: Fields, who: Who): boolean {
  if (typeof id !== 'string' || id === '') return false;
  return id === fields(it.recipient)?.id || (who.botIds ?? []).includes(id);
}

const LONGEST_NAME = 120;

function readFrom(it: Fields): From | Unreadable {
  const conversation = readConversation(it);
  if (conversation === null) return 'address';
  const staff: StaffId | null = readStaffId(fields(it.from)?.aadObjectId);
  if (staff === null) return 'sender';
  const name = text(fields(it.from)?.name)?.replace(/\s+/g, ' ').trim().slice(0, LONGEST_NAME) ?? '';
  return {
    staff,
    ...(name === '' ? {} : { name }),
    place: readPlace(it),
    conversation,
    activityId: text(it.id) ?? '',
  };
}

/** The channel itself rather than the thread in it: `19:…@thread.tacv2;messageid=…` names both. */
function readConversation(it: Fields): Conversation | null {
  const address = readReturnAddress(it);
  const id = address?.id.split(';')[0] ?? '';
  return address === null || id === '' ? null : { serviceUrl: address.serviceUrl, id };
}

/** Only what says that it is a personal chat is taken for one: anything else might be read by others. */
function readPlace(it: Fields): Place {
  const conversation = fields(it.conversation);
  const channelData = fields(it.channelData);
  const kind = conversation?.conversationType;
  const inTeam = fields(channelData?.channel) !== null || fields(channelData?.team) !== null;
  if (kind === 'channel' || inTeam || /@thread\.(tacv2|skype)/.test(text(conversation?.id) ?? '')) return 'channel';
  return kind === 'personal' && conversation?.isGroup !== true ? 'personal' : 'group';
}

const PAPERCLIP = 'application/vnd.microsoft.teams.file.download.info';

function readAttachments(attachments: unknown): { attachments: readonly Attachment[]; untaken: number } {
  const taken: Attachment[] = [];
  let untaken = 0;
  list(attachments).forEach((each, index) => {
    const it = fields(each);
    const kind = text(it?.contentType)?.toLowerCase() ?? '';
    if (it === null || isNoFile(kind)) return;
    const isFile = kind === PAPERCLIP;
    const url = isFile ? text(fields(it.content)?.downloadUrl) : kind.startsWith('image/') ? text(it.contentUrl) : null;
    if (url === null) untaken += 1;
    else taken.push(isFile ? { how: 'file', url, index, name: text(it.name) ?? '' } : { how: 'inline', url, index });
  });
  return { attachments: taken, untaken };
}

/** What Teams sends beside a message: its own words again as HTML, a preview of a link, the message that is quoted. */
const isNoFile = (kind: string) =>
  kind === 'text/html' ||
  kind === 'text/plain' ||
  kind.endsWith('messagereference') ||
  kind.startsWith('application/vnd.microsoft.card.');

/** Strings, numbers and booleans, in an object that has no prototype to be reached through. */
function flat(data: Fields): Fields {
  const kept = Object.create(null) as Record<string, unknown>;
  for (const [name, value] of Object.entries(data)) {
    if (name === '__proto__' || name === 'constructor' || name === 'prototype') continue;
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') kept[name] = value;
  }
  return kept;
}

// ── outside data ────────────────────────────────────────────────────────────────────────────────────────────────────

const unreadable = (why: Unreadable): Intent => ({ kind: 'unreadable', why });
const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const fields = (value: unknown): Fields | null =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : null;

import type { Contacts } from '../cards/contacts.ts';
import type { SchoolId, StaffId } from '../core/ids.ts';
import type { Guidance } from '../core/policy/answer.ts';
import type { IncidentForm } from '../core/report/forms.ts';
import type { Signposts } from '../core/report/signposts.ts';
import type { FetchesUnderWay } from '../flows/fetchPictures.ts';
import type { Outside } from '../flows/ports.ts';
import type { Visitor } from './visitor.ts';

/** A clause of the policy, as a page shows it: word for word, with the name of its section. */
export type ShownClause = { readonly section: string; readonly quote: string };

/** What the channel's token said of a message. */
export type Received = { readonly status: number; readonly body?: unknown };

export type WebOptions = {
  readonly outside: Outside;
  readonly fetches: FetchesUnderWay;
  /** Every kind of report, older versions too where reports of them are still opened. */
  readonly forms: readonly IncidentForm[];
  /** Where else a report can be taken; without them the page leaves that part out. */
  readonly signposts?: Signposts;
  readonly visitor: Visitor;
  readonly school: SchoolId;
  /** Takes a message from the channel: its `Authorization` header and its parsed body. */
  readonly receive: (authorization: string | undefined, body: unknown) => Promise<Received>;
  readonly healthy: () => Promise<boolean>;
  /** On loopback, over plain http, for the local default. Then every `Host` and `Origin` must be loopback. */
  readonly local: boolean;
  /** Stands at the foot of every page. */
  readonly standingLine: string;
  readonly contacts: Contacts;
  /** Something waits to be told. */
  readonly nudge: () => void;
  /** National guidance shown with a report that concerns a member of staff. */
  readonly allegation?: Guidance | null;
  /** The role of one who handles reports, as people say it. */
  readonly roleOf?: (staff: StaffId) => string | null;
  /** As it stood in the version named; `null` where that is not kept. */
  readonly clause?: (
    id: string,
    of: { readonly policyId?: string | undefined; readonly version: string },
  ) => ShownClause | null;
  /** The name of a person, where the school's own settings give one. */
  readonly nameOf?: (staff: StaffId) => string | null;
};

/** The origin of our own pages, as a browser names it. */
export const ownOrigin = ({ local, outside }: WebOptions, host: string | undefined): string =>
  local ? `http://${host ?? ''}` : new URL(outside.publicUrl).origin;

import { type Contact, contactLine } from './contacts.ts';

/** Whom the reporter of a sealed report is to tell in person. */
export type OutsideContacts = {
  readonly chair?: Contact | undefined;
  readonly lado?: Contact | undefined;
  /** It concerns the chair as well, so that nobody of the school may open it. */
  readonly chairIsConcerned: boolean;
};

/** In the place of an audience, where a sealed report concerns everybody who could open it. */
export const NOBODY_HERE = 'nobody here: it is kept sealed, and concerns everybody who could open it';

/**
 * The chair of governors; where the report concerns the chair too, the local authority.
 *
 * Keeping children safe in education, Part four: a concern about the headteacher goes to the chair, and where there is a
 * conflict of interest to the LADO directly.
 */
export function whomToTell(contacts: OutsideContacts | undefined): {
  readonly title: string;
  readonly sentence: string;
} {
  if (contacts?.chairIsConcerned === true) {
    const line = contactLine(contacts.lado);
    return {
      title: 'Please tell the local authority',
      sentence:
        line === null
          ? "The contact of the local authority designated officer (LADO) is not set here. Your council's website gives it, and its children's services put you through."
          : `Local authority designated officer (LADO): ${line}`,
    };
  }
  const line = contactLine(contacts?.chair);
  return {
    title: 'Please tell the chair of governors',
    sentence:
      line === null
        ? "The chair's contact is not set here. Ask the clerk to the governors for it, or look on the school's website."
        : `Chair of governors: ${line}`,
  };
}

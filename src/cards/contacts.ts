/** One contact of the school, as its own settings folder gives it. A missing one is said to be missing. */
export type Contact =
  | {
      readonly kind: 'set';
      readonly name?: string | undefined;
      readonly phone?: string | undefined;
      readonly email?: string | undefined;
    }
  | { readonly kind: 'notSet' };

/** Whom the cards can point to. What is left out counts as not set. */
export type Contacts = Readonly<
  Partial<
    Record<
      'headteacher' | 'safeguardingLead' | 'deputySafeguardingLead' | 'chair' | 'lado' | 'hr' | 'socialCare',
      Contact
    >
  >
>;

/** `Ada Reyes, 01632 960123, ada@school.example`, or `null` where nothing to reach them by is set. */
export function contactLine(contact: Contact | undefined): string | null {
  if (contact === undefined || contact.kind === 'notSet') return null;
  const parts = [contact.name, contact.phone, contact.email].filter((part) => part !== undefined && part !== '');
  return parts.length === 0 ? null : parts.join(', ');
}

export const contactOr = (contact: Contact | undefined, otherwise: string): string => contactLine(contact) ?? otherwise;

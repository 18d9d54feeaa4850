import type { StaffId } from '../core/ids.ts';

/**
 * Who stands before a page. The link says whom it was made for; a visitor says who has come.
 *
 * `link-alone` is for the local default, where everything is on one machine: whoever has the link is let in.
 */
export type Visitor = LinkAloneVisitor | SignInVisitor;

export type LinkAloneVisitor = { readonly kind: 'link-alone' };

export type SignInVisitor = {
  readonly kind: 'sign-in';
  /**
   * Begins a sign-in.
   *
   * @param state        comes back with the answer; made anew for each sign-in
   * @param chooseAgain  lets the person pick another account than the one that the browser would take by itself
   * @throws SignInUnavailable
   */
  begin(state: string, chooseAgain: boolean): Promise<SignInBegun>;
  /**
   * Ends a sign-in, once.
   *
   * @param keep    what `begin` gave
   * @param answer  the query with which the browser was sent back
   * @throws SignInUnavailable
   */
  finish(keep: string, state: string, answer: URLSearchParams): Promise<SignedIn>;
};

/** `keep` is secret, is kept in the link's row and never goes to a browser. */
export type SignInBegun = { readonly url: URL; readonly keep: string };

export type SignedIn =
  | { readonly kind: 'signed-in'; readonly staff: StaffId }
  /** Given up by the person, or what came back does not hold. */
  | { readonly kind: 'not-confirmed' }
  /** A real account, of another organisation. */
  | { readonly kind: 'other-tenant' };

/** The issuer cannot be reached, or does not answer as it should: trying again later may help. */
export class SignInUnavailable extends Error {
  override readonly name = 'SignInUnavailable';
}

export const createLinkAloneVisitor = (): LinkAloneVisitor => ({ kind: 'link-alone' });

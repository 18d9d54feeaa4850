import type { Concern } from './audience.ts';
import type { FormAnswers, IncidentForm, Source } from './forms.ts';

/** Where else something can be reported, and who helps: outside the school, and never its policy. */
export type Signposts = {
  readonly sites: SiteSteps;
  readonly services: readonly Service[];
  readonly support: StaffSupport;
};

type Sourced = {
  readonly sources: readonly Source[];
  /** School day, `YYYY-MM-DD`. */
  readonly checkedOn: string;
};

export type SiteSteps = {
  readonly sites: readonly (Sourced & {
    /** The code of the choice "Where is it?" that it belongs to. */
    readonly code: string;
    readonly name: string;
    readonly steps: readonly string[];
  })[];
  /** What to do before, and with what comes back: the same everywhere. */
  readonly before: string;
  readonly after: readonly string[];
};

export type Service = Sourced & {
  readonly id: string;
  readonly name: string;
  readonly use: string;
  /** How to reach it: a number or address as text. */
  readonly reach: string;
  readonly limits?: string;
};

export type StaffSupport = {
  readonly title: string;
  /** For the card that comes after "Me" was ticked. */
  readonly kindWords: string;
  readonly inSchool: readonly string[];
  /** As the policy prints it, with its clauses. */
  readonly policy: { readonly words: string; readonly clauses: readonly string[] };
  readonly outside: Sourced & { readonly lines: readonly string[] };
};

/** One place to report, ready to be shown. */
export type Signpost = Sourced & { readonly title: string; readonly lines: readonly string[] };

export const NO_SIGNPOSTS: Signposts = {
  sites: { sites: [], before: '', after: [] },
  services: [],
  support: {
    title: '',
    kindWords: '',
    inSchool: [],
    policy: { words: '', clauses: [] },
    outside: { lines: [], sources: [], checkedOn: '' },
  },
};

/** The input of a form that says on which site or app it is. */
export const SITE_INPUT = 'platform';

/** Those that fit this kind, and the site that was named: nothing else, so that nobody has to search a list. */
export function signpostsFor(signposts: Signposts, form: IncidentForm, answers: FormAnswers): readonly Signpost[] {
  const { sites, before, after } = signposts.sites;
  const site = form.siteSteps === true ? sites.find(({ code }) => code === answers[SITE_INPUT]) : undefined;
  const services = (form.services ?? []).flatMap((id) => signposts.services.filter((service) => service.id === id));
  return [
    ...(site === undefined
      ? []
      : [
          {
            title: `The site itself: ${site.name}`,
            lines: [before, ...site.steps, ...after],
            sources: site.sources,
            checkedOn: site.checkedOn,
          },
        ]),
    ...services.map(({ name, use, reach, limits, sources, checkedOn }) => ({
      title: name,
      lines: [use, reach, ...(limits === undefined ? [] : [limits])],
      sources,
      checkedOn,
    })),
  ];
}

/** Help for the person who reports, where it is about them. */
export const supportFor = ({ support }: Signposts, concerns: readonly Concern[]): StaffSupport | null =>
  support.title !== '' && concerns.some(({ kind }) => kind === 'me') ? support : null;

import type { NationalLines, Source } from '../core/report/forms.ts';
import type { Signpost, StaffSupport } from '../core/report/signposts.ts';
import { dayInWords, readSchoolDay } from '../core/schoolDay.ts';

/** `Source: Report Fraud. Checked on 22 November 2026.` */
export function sourceInWords({
  sources,
  checkedOn,
}: {
  readonly sources: readonly Source[];
  readonly checkedOn: string;
}): string {
  const day = readSchoolDay(checkedOn);
  const names = sources.map(({ name }) => name).join('; ');
  return `Source: ${names}. Checked on ${day === null ? checkedOn : dayInWords(day)}.`;
}

/** The national lines of a kind as a template takes them. */
export const nationalOf = (national: NationalLines | undefined) => ({
  national: national?.lines ?? [],
  nationalSource: national === undefined ? '' : sourceInWords(national),
});

export const signpostsAsData = (signposts: readonly Signpost[]) =>
  signposts.map(({ title, lines, sources, checkedOn }) => ({
    title,
    lines,
    source: sourceInWords({ sources, checkedOn }),
  }));

/** Support for the person whom it is about; empty where it is not about them. */
export const supportAsData = (support: StaffSupport | null) => ({
  supportTitle: support?.title ?? '',
  supportInSchool: support?.inSchool ?? [],
  supportPolicy: support?.policy.words ?? '',
  supportOutside: support?.outside.lines ?? [],
  supportSource: support === null ? '' : sourceInWords(support.outside),
});

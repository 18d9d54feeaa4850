import type { SchoolId } from '../core/ids.ts';
import { stillUseful, type Useful } from '../core/report/capture.ts';
import { type Draft, storedPictures } from '../core/report/draft.ts';
import type { Outside } from './ports.ts';

/** What is still useful to capture for a draft; for an addition, what its report does not have either. */
export async function usefulToCapture(
  { reports }: Pick<Outside, 'reports'>,
  school: SchoolId,
  draft: Draft,
): Promise<readonly Useful[]> {
  const pictures = storedPictures(draft);
  if (draft.addsTo === undefined) return stillUseful({ kind: draft.kind, answers: draft.answers, pictures });
  const [report, evidence] = await Promise.all([
    reports.get(school, draft.addsTo),
    reports.evidence(school, draft.addsTo),
  ]);
  const kept = evidence.filter(({ state }) => state === 'kept');
  return stillUseful({
    kind: report?.value.kind,
    answers: report?.value.answers ?? {},
    pictures: [...kept, ...pictures],
  });
}

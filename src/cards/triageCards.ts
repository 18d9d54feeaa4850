import oneWaits from '../../cards/one-waits.json' with { type: 'json' };
import questionWaits from '../../cards/question-waits.json' with { type: 'json' };
import triage from '../../cards/triage.json' with { type: 'json' };
import triageList from '../../cards/triage-list.json' with { type: 'json' };
import { CLOSING_REASONS, type ReportLine } from '../core/report/report.ts';
import type { ChannelNotice } from '../flows/ports.ts';
import { type CardJson, fills } from './fill.ts';
import { audienceInWords, nPictures, stateForTriage, WITHDRAWN } from './sentences.ts';
import { inLondon, inLondonShort } from './when.ts';

const fillTriage = fills(triage);
const fillOneWaits = fills(oneWaits);
const fillQuestionWaits = fills(questionWaits);
const fillTriageList = fills(triageList);

/** What stands in the channel for reports. Names nobody and quotes nothing. */
export function triageCard(notice: ChannelNotice): CardJson {
  switch (notice.kind) {
    case 'one-waits':
      return fillOneWaits({ whom: audienceInWords(notice.audience).replace(/ alone$/, '') });
    case 'question-waits':
      return fillQuestionWaits({});
    case 'report': {
      const { line, steps } = notice;
      return fillTriage({
        report: line.id,
        reference: line.reference,
        state: stateForTriage(line.state),
        color: line.state === 'new' ? 'Accent' : 'Default',
        filedAt: inLondon(line.filedAt),
        pictures: nPictures(line.pictures),
        added: line.addedAt === undefined ? '' : `Added to ${inLondon(line.addedAt)}`,
        asked: line.askedAt === undefined ? '' : `Asked the reporter ${inLondon(line.askedAt)}: no answer yet`,
        answered: line.answeredAt === undefined ? '' : `Answered by the reporter ${inLondon(line.answeredAt)}`,
        withdrawn: line.withdrawn === true ? WITHDRAWN : '',
        danger: line.danger === 'yes' && line.state !== 'closed',
        mayAcknowledge: steps.includes('acknowledge'),
        mayClose: steps.includes('close'),
        reasons: CLOSING_REASONS,
      });
    }
  }
}

/** The open reports that the person may open, newest first. */
export const triageListCard = (lines: readonly ReportLine[], page: { readonly next?: string } = {}): CardJson =>
  fillTriageList({
    empty: lines.length === 0 ? 'There is no open report that you can open.' : '',
    lines: lines.map(({ id, reference, state, filedAt, pictures, danger, withdrawn, askedAt, answeredAt }) => ({
      report: id,
      reference,
      state: [
        stateForTriage(state),
        ...(withdrawn === true ? [WITHDRAWN] : []),
        ...(askedAt === undefined ? [] : ['A question waits for the reporter']),
        ...(answeredAt === undefined ? [] : [`The reporter answered ${inLondonShort(answeredAt)}`]),
      ].join('. '),
      filedAt: inLondonShort(filedAt),
      pictures: nPictures(pictures).toLowerCase(),
      flag: danger === 'yes' ? '  Danger' : '',
    })),
    // Only what the channel has cards of can be posted there again.
    mayPostAgain: lines.length > 0 && lines.every(({ audience }) => audience === 'triage'),
    next: page.next ?? '',
  });

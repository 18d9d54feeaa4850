export { answerCard, verdictInWords } from './answerCard.ts';
export { concernsCard, couldBeHeadCard, type Handler, handlerTitle } from './concernCards.ts';
export { type Contact, contactLine, type Contacts } from './contacts.ts';
export {
  alreadySentCard,
  deleteConfirmCard,
  draftDeletedCard,
  draftGoneCard,
  draftWaitingCard,
  restartConfirmCard,
  sentCard,
} from './draftCards.ts';
export { type CardJson } from './fill.ts';
export { FORM_PREFIX, formCard, kindCard } from './formCards.ts';
export { lookOverCard, type LookOverFacts } from './lookOverCard.ts';
export { myReportsCard } from './myReportsCard.ts';
export { noticeCard } from './noticeCard.ts';
export { channelNeutralCard, contactHeadCard, helpCard, welcomeCard } from './otherCards.ts';
export { countedInWords, picturesCard } from './picturesCard.ts';
export { problemCard, type Retry } from './problemCard.ts';
export { receiptCard, type Receipt } from './receiptCard.ts';
export { dangerCard, dangerNowCard, imageryCard, imageryStopCard } from './safetyCards.ts';
export * from './sentences.ts';
export { triageCard, triageListCard } from './triageCards.ts';

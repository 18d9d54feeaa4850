export { additionCard, additionStoppedCard } from '../../src/cards/additionCards.ts';
export {
  askHeadFold,
  helpfulCard,
  notHelpfulCard,
  questionCard,
  questionsCard,
  questionSentCard,
  topicsCard,
} from '../../src/cards/askCards.ts';
export { answerCard, verdictInWords } from '../../src/cards/answerCard.ts';
export { concernsCard, couldBeHeadCard, type Handler, handlerTitle } from '../../src/cards/concernCards.ts';
export { type Contact, contactLine, type Contacts } from '../../src/cards/contacts.ts';
export {
  alreadySentCard,
  chairCodeCard,
  chairCodeConfirmCard,
  deleteConfirmCard,
  draftDeletedCard,
  draftGoneCard,
  draftWaitingCard,
  restartConfirmCard,
  sentCard,
} from '../../src/cards/draftCards.ts';
export { type CardJson } from '../../src/cards/fill.ts';
export { withFollows } from '../../src/cards/followsCard.ts';
export { FORM_PREFIX, formCard, kindCard, moreCard } from '../../src/cards/formCards.ts';
export { lookOverCard, type LookOverFacts } from '../../src/cards/lookOverCard.ts';
export { myPicturesCard } from '../../src/cards/myPicturesCard.ts';
export { myReportCard, myReportsCard } from '../../src/cards/myReportsCard.ts';
export { noticeCard } from '../../src/cards/noticeCard.ts';
export { channelNeutralCard, contactHeadCard, helpCard, welcomeCard } from '../../src/cards/otherCards.ts';
export { countedInWords, picturesCard } from '../../src/cards/picturesCard.ts';
export { problemCard, type Retry } from '../../src/cards/problemCard.ts';
export { reportQuestionCard } from '../../src/cards/reportQuestionCard.ts';
export { receiptCard, type Receipt } from '../../src/cards/receiptCard.ts';
export {
  dangerCard,
  dangerNowCard,
  imageryCard,
  imageryStopCard,
  otherStopCard,
  sentStoppedCard,
} from '../../src/cards/safetyCards.ts';
export * from '../../src/cards/sentences.ts';
export { triageCard, triageListCard } from '../../src/cards/triageCards.ts';

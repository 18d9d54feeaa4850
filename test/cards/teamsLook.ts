import { createRequire } from 'node:module';
import type { CardJson } from './every.ts';

const script = createRequire(import.meta.url).resolve('adaptivecards/dist/adaptivecards.min.js');

const colours = (subtle: string) => ({
  default: { default: '#242424', subtle },
  accent: { default: '#4f52b2', subtle: '#4f52b2' },
  good: { default: '#237b4b', subtle: '#237b4b' },
  warning: { default: '#835c00', subtle: '#835c00' },
  attention: { default: '#b10e1c', subtle: '#b10e1c' },
});
const style = (backgroundColor: string) => ({ backgroundColor, foregroundColors: colours('#5c5c5c') });

/** Close to how Teams shows a card; nothing in the product rests on it. */
export const hostConfig = {
  fontFamily: '"Segoe UI", "Open Sans", "DejaVu Sans", sans-serif',
  fontSizes: { small: 12, default: 14, medium: 16, large: 18, extraLarge: 24 },
  fontWeights: { lighter: 300, default: 400, bolder: 600 },
  spacing: { small: 6, default: 10, medium: 16, large: 24, extraLarge: 32, padding: 14 },
  separator: { lineThickness: 1, lineColor: '#e0e0e0' },
  containerStyles: {
    default: style('#ffffff'),
    emphasis: style('#f3f2f1'),
    accent: style('#eef0fb'),
    good: style('#e7f2e8'),
    attention: style('#fdf0f1'),
    warning: style('#fff4ce'),
  },
  actions: {
    maxActions: 6,
    spacing: 'default',
    buttonSpacing: 8,
    actionsOrientation: 'horizontal',
    actionAlignment: 'left',
    showCard: { actionMode: 'inline', inlineTopMargin: 8, style: 'emphasis' },
  },
  inputs: { label: { inputSpacing: 'small', requiredInputs: { suffix: ' *' } }, errorMessage: { spacing: 'small' } },
};

const CSS = `
  body { margin: 0; background: #f5f5f5; font: 14px/1.4 ${hostConfig.fontFamily}; }
  main { column-gap: 16px; padding: 12px; }
  figure { break-inside: avoid; margin: 0 0 18px; }
  figcaption { color: #777; font-size: 11px; margin: 0 0 4px; }
  .card { background: #fff; border: 1px solid #d1d1d1; border-radius: 6px; overflow: hidden; line-height: 1.4; }
  .ac-actionSet { flex-wrap: wrap !important; row-gap: 8px; }
  .ac-pushButton { font: 600 14px ${hostConfig.fontFamily}; padding: 7px 12px; border: 1px solid #d1d1d1; border-radius: 4px;
    background: #fff; color: #242424; }
  .ac-pushButton.style-positive { background: #5b5fc7; border-color: #5b5fc7; color: #fff; }
  .ac-pushButton.style-destructive { color: #b10e1c; border-color: #b10e1c; }
  .ac-input { font: 14px ${hostConfig.fontFamily}; box-sizing: border-box; border: 1px solid #8a8a8a; border-radius: 4px; padding: 6px; }
  textarea.ac-input { min-height: 72px; }
  .ac-choiceSetInput-expanded .ac-input, .ac-input.ac-choiceSetInput-expanded, .ac-input.ac-choiceSetInput-multiSelect { border: 0; padding: 0; }
  .ac-input-validation-failed { border-color: #b10e1c; }
`;

/** Renders in the page; returns nothing. Markdown is on, as in Teams, so that what is not escaped shows. */
function show(cards: readonly { readonly name: string; readonly card: CardJson }[], config: object): void {
  type Rendered = { parse(json: unknown): void; render(): { outerHTML: string } | undefined };
  const page = globalThis as unknown as {
    AdaptiveCards: {
      AdaptiveCard: (new () => Rendered & { hostConfig: unknown }) & { onProcessMarkdown: unknown };
      HostConfig: new (json: object) => unknown;
    };
    document: { querySelector(selector: string): { append(node: unknown): void }; createElement(tag: string): never };
  };
  const { AdaptiveCard, HostConfig } = page.AdaptiveCards;
  AdaptiveCard.onProcessMarkdown = (text: string, result: { outputHtml?: string; didProcess: boolean }) => {
    result.outputHtml = text
      .replace(/&/g, '&amp;')
      .replace(/</g, '&lt;')
      .replace(/\[([^\]]*)\]\(([^)]*)\)/g, '<a href="$2">$1</a>')
      .replace(/\*\*([^*]+)\*\*/g, '<strong>$1</strong>')
      .replace(/(^|\W)_([^_]+)_/g, '$1<em>$2</em>');
    result.didProcess = true;
  };
  for (const { name, card } of cards) {
    const rendered = new AdaptiveCard();
    rendered.hostConfig = new HostConfig(config);
    rendered.parse(card);
    const figure = page.document.createElement('figure') as {
      dataset: Record<string, string>;
      innerHTML: string;
      lastElementChild: { append(node: unknown): void };
    };
    figure.dataset['name'] = name;
    figure.innerHTML = '<figcaption></figcaption><div class="card"></div>';
    (figure as unknown as { firstElementChild: { textContent: string } }).firstElementChild.textContent = name;
    figure.lastElementChild.append(rendered.render() ?? 'nothing was rendered');
    page.document.querySelector('main').append(figure);
  }
}

type Page = {
  setContent(html: string): Promise<void>;
  addScriptTag(tag: { path: string }): Promise<unknown>;
  evaluate(script: string): Promise<unknown>;
};

/** Puts cards into a page, each in a `figure[data-name]`, in so many columns. */
export async function showCards(
  page: Page,
  cards: readonly { readonly name: string; readonly card: CardJson }[],
  columns = 1,
): Promise<void> {
  await page.setContent(
    `<!doctype html><html lang="en-GB"><head><style>${CSS} main { columns: ${columns}; }</style></head><body><main></main></body></html>`,
  );
  await page.addScriptTag({ path: script });
  await page.evaluate(`(${show.toString()})(${JSON.stringify(cards)}, ${JSON.stringify(hostConfig)})`);
}

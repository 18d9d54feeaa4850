import { uploadView } from '../../src/web/uploadView.ts';

const END = '2026-03-02T10:00:00.000Z';

it.each([
  { adds: false, button: 'Send' },
  { adds: true, button: 'Add it' },
])('names the button that stands in the chat: $button', ({ adds, button }) => {
  const upload = { open: true, pictures: [], room: 20, useful: [], follows: true, adds };
  const web = { standingLine: 'Ring 999.' } as Parameters<typeof uploadView>[0];
  const shown = JSON.stringify(uploadView(web, upload, '/upload/x', END, new Date(END)));
  expect(shown).toContain(`when you press ${button} in the chat`);
});

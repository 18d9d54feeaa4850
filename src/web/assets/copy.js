/* Copies an address that stands on the page as text. Nothing here opens one. Without this script it is chosen by hand. */
(() => {
  'use strict';
  const said = document.getElementById('copied');
  if (said === null) return;

  function choose(address) {
    const range = document.createRange();
    range.selectNodeContents(address);
    const selection = getSelection();
    selection.removeAllRanges();
    selection.addRange(range);
  }

  for (const button of document.querySelectorAll('button.copy')) {
    const address = button.previousElementSibling;
    button.hidden = false;
    button.addEventListener('click', async () => {
      said.textContent = '';
      try {
        await navigator.clipboard.writeText(address.textContent);
        said.textContent = 'Copied. Nothing was opened.';
      } catch {
        choose(address);
        said.textContent =
          'It could not be copied here. It is chosen now: copy it with Ctrl and C, or from the menu of your phone.';
      }
    });
  }
})();

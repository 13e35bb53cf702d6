// Keys for the operators' pages: each control names its own in data-key. Without this file everything works by mouse and Tab.
'use strict';

const TYPING = 'select, textarea, input:not([type=checkbox], [type=hidden])';

document.addEventListener('keydown', (event) => {
  const typing = event.target instanceof Element && event.target.matches(TYPING);
  if (event.repeat || event.ctrlKey || event.metaKey || event.altKey || typing) {
    return;
  }
  const control = document.querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
  if (control) {
    event.preventDefault();
    control.click();
  }
});

// A second press before the next page is there would decide about a photo that nobody has seen.
document.addEventListener('submit', (event) => {
  if (document.body.dataset.sent) {
    event.preventDefault();
  }
  document.body.dataset.sent = 'yes';
});

// Coming back with the browser's own button shows the page as it was left.
window.addEventListener('pageshow', () => {
  delete document.body.dataset.sent;
});

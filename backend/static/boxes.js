// Draws boxes on the photo: by mouse, finger or keys. The form's number fields hold them; without this file they are typed there.
'use strict';

const EDGES = ['x0', 'y0', 'x1', 'y1'];
const CORNERS = ['x0 y0', 'x1 y0', 'x0 y1', 'x1 y1'];
const STEP = 0.5; // Percent of the photo that an arrow key moves.
const LEAST_SIDE = 1; // Percent: what is smaller was a tap and no drag.
const FIRST_BOX = [30, 30, 70, 70];

const stage = document.querySelector('[data-stage]');
if (stage) {
  // By its shape the style sheet makes a small photo as large as the window allows.
  const photo = stage.querySelector('img');
  stage.style.setProperty('--shape', photo.getAttribute('width') / photo.getAttribute('height'));

  const list = document.querySelector('[data-boxes]');
  const blank = document.querySelector('[data-blank]').content;
  const said = document.querySelector('[data-said]');
  const frames = new Map(); // Frame on the photo by the fields that it stands for.

  const clamp = (value) => Math.min(100, Math.max(0, value));
  const input = (fields, edge) => fields.querySelector(`[name=${edge}]`);
  const read = (fields) => EDGES.map((edge) => Number(input(fields, edge).value));
  const rows = () => [...list.querySelectorAll('[data-box]')];

  const place = (fields) => {
    const [x0, y0, x1, y1] = read(fields);
    const style = frames.get(fields).style;
    style.left = `${x0}%`;
    style.top = `${y0}%`;
    style.width = `${Math.max(0, x1 - x0)}%`;
    style.height = `${Math.max(0, y1 - y0)}%`;
  };

  const write = (fields, corners) => {
    EDGES.forEach((edge, index) => {
      input(fields, edge).value = corners[index].toFixed(2);
    });
    place(fields);
  };

  const number = () => {
    rows().forEach((fields, index) => {
      const name = `Box ${index + 1}`;
      fields.querySelector('legend').textContent = name;
      fields.querySelector('[data-remove]').setAttribute('aria-label', `Remove box ${index + 1}`);
      frames.get(fields).setAttribute('aria-label', name);
    });
  };

  const remove = (fields) => {
    const next = fields.nextElementSibling ?? fields.previousElementSibling;
    frames.get(fields).remove();
    frames.delete(fields);
    fields.remove();
    number();
    said.textContent = `Removed. ${rows().length} left.`;
    (frames.get(next) ?? document.querySelector('[data-add]')).focus();
  };

  // Moves a box as a whole; it stays within the photo.
  const shifted = ([x0, y0, x1, y1], dx, dy) => {
    const x = Math.min(100 - x1, Math.max(-x0, dx));
    const y = Math.min(100 - y1, Math.max(-y0, dy));
    return [x0 + x, y0 + y, x1 + x, y1 + y];
  };

  const press = (event, fields) => {
    const dx = { ArrowLeft: -STEP, ArrowRight: STEP }[event.key] ?? 0;
    const dy = { ArrowUp: -STEP, ArrowDown: STEP }[event.key] ?? 0;
    if (event.key === 'Delete' || event.key === 'Backspace') {
      remove(fields);
    } else if (dx || dy) {
      const [x0, y0, x1, y1] = read(fields);
      write(
        fields,
        event.shiftKey
          ? [x0, y0, Math.max(x0 + LEAST_SIDE, clamp(x1 + dx)), Math.max(y0 + LEAST_SIDE, clamp(y1 + dy))]
          : shifted([x0, y0, x1, y1], dx, dy),
      );
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  };

  const adopt = (fields) => {
    const frame = document.createElement('div');
    frame.className = 'frame';
    frame.tabIndex = 0;
    frame.setAttribute('role', 'button');
    frame.setAttribute('aria-describedby', 'boxing-hint');
    for (const corner of CORNERS) {
      const handle = document.createElement('span');
      handle.dataset.corner = corner;
      frame.append(handle);
    }
    frames.set(fields, frame);
    stage.append(frame);
    frame.addEventListener('keydown', (event) => press(event, fields));
    fields.addEventListener('input', () => place(fields));
    const button = fields.querySelector('[data-remove]');
    button.hidden = false;
    button.addEventListener('click', () => remove(fields));
  };

  const add = (corners) => {
    const fields = blank.querySelector('[data-box]').cloneNode(true);
    list.append(fields);
    adopt(fields);
    write(fields, corners);
    number();
    return fields;
  };

  // Where the pointer is, in percent of the photo.
  const point = (event) => {
    const photo = stage.getBoundingClientRect();
    return [
      clamp((100 * (event.clientX - photo.left)) / photo.width),
      clamp((100 * (event.clientY - photo.top)) / photo.height),
    ];
  };

  stage.addEventListener('pointerdown', (event) => {
    if (!event.isPrimary || event.button !== 0) {
      return;
    }
    event.preventDefault();
    const [x, y] = point(event);
    const frame = event.target.closest('.frame');
    const corner = event.target.dataset.corner;
    let fields = [...frames].find(([, each]) => each === frame)?.[0];
    const isNew = !fields;
    fields ??= add([x, y, x, y]);
    const before = read(fields);
    // The corner across from the one that is dragged stays where it is.
    const still = isNew
      ? [x, y]
      : corner && [before[corner.includes('x0') ? 2 : 0], before[corner.includes('y0') ? 3 : 1]];
    frames.get(fields).focus({ preventScroll: true });
    stage.setPointerCapture(event.pointerId);

    const move = (moved) => {
      const [a, b] = point(moved);
      write(
        fields,
        still
          ? [Math.min(a, still[0]), Math.min(b, still[1]), Math.max(a, still[0]), Math.max(b, still[1])]
          : shifted(before, a - x, b - y),
      );
    };
    const end = (ended) => {
      stage.removeEventListener('pointermove', move);
      stage.removeEventListener('pointerup', end);
      stage.removeEventListener('pointercancel', end);
      const [x0, y0, x1, y1] = read(fields);
      const isTap = x1 - x0 < LEAST_SIDE || y1 - y0 < LEAST_SIDE;
      if (isNew && (isTap || ended.type === 'pointercancel')) {
        remove(fields);
      } else if (isTap || ended.type === 'pointercancel') {
        write(fields, before);
      }
    };
    stage.addEventListener('pointermove', move);
    stage.addEventListener('pointerup', end);
    stage.addEventListener('pointercancel', end);
  });

  rows().forEach((fields) => {
    adopt(fields);
    place(fields);
  });
  number();
  const button = document.querySelector('[data-add]');
  button.hidden = false;
  button.addEventListener('click', () => {
    const fields = add(FIRST_BOX);
    frames.get(fields).focus();
  });
}

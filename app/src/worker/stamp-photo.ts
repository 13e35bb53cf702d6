// Stamps the verdict on a photo for sharing, in the look of the screen's band.
import { BAND, CAPTION, STAMPED_SIDE, type Stamp, wordSize } from '../share/stamp';
import { BADGE_COLOURS, BURST, SIGNS } from '../verdict/badge-shape';
import { drawSquare, toJpeg, whiteCanvas } from './canvas';
import { decode } from './photo';

/** As in public/app.css. */
const FACES = [
  { url: '/fonts/LilitaOne.ttf' },
  { url: '/fonts/LilitaOneChinese.woff2', unicodeRange: 'U+2E80-9FFF, U+F900-FAFF, U+FF00-FFEF' },
];
const FACE = 'LilitaOne, sans-serif';
const { ink, face } = BADGE_COLOURS;

/** A square JPEG, STAMPED_SIDE pixels a side. */
export async function stampPhoto(photo: Blob, stamp: Stamp): Promise<Uint8Array> {
  const context = whiteCanvas(STAMPED_SIDE, STAMPED_SIDE);
  const [picture] = await Promise.all([decode(photo), displayFont()]);
  drawSquare(context, picture);
  picture.close();
  drawBand(context, stamp);
  drawCaption(context, stamp.caption);
  return toJpeg(context.canvas);
}

let fonts: Promise<unknown> | undefined;

/** Workers have fonts of their own. A face that cannot be had, or has not the letters, gives way to the system's. */
function displayFont(): Promise<unknown> {
  fonts ??= Promise.all(
    FACES.map(({ url, ...range }) => addFont(new FontFace('LilitaOne', `url(${url})`, range))),
  );
  return fonts;
}

async function addFont(font: FontFace): Promise<void> {
  try {
    (self as unknown as { fonts: FontFaceSet }).fonts.add(await font.load());
  } catch {
    fonts = undefined; // The next picture tries again.
  }
}

function drawBand(context: OffscreenCanvasRenderingContext2D, { label, verdict }: Stamp): void {
  const half = BAND.height / 2;
  const width = STAMPED_SIDE * 1.2;
  context.save();
  context.translate(STAMPED_SIDE / 2, BAND.centreY);
  context.rotate((BAND.turnDegrees * Math.PI) / 180);
  context.fillStyle = ink;
  context.fillRect(-width / 2, -half - BAND.line, width, BAND.height + 2 * BAND.line + BAND.shadow);
  context.fillStyle = BAND.colour(verdict);
  context.fillRect(-width / 2, -half, width, BAND.height);

  const size = wordSize(label);
  context.font = `${size}px ${FACE}`;
  const wordWidth = context.measureText(label).width;
  const left = -(BAND.badge + BAND.gap + wordWidth) / 2;
  drawBadge(context, verdict, left + BAND.badge / 2);
  context.textBaseline = 'middle';
  const wordLeft = left + BAND.badge + BAND.gap;
  context.fillStyle = 'rgba(20, 8, 0, 0.6)';
  context.fillText(label, wordLeft, size * 0.12);
  context.fillStyle = 'white';
  context.fillText(label, wordLeft, size * 0.05);
  context.restore();
}

function drawBadge(
  context: OffscreenCanvasRenderingContext2D,
  verdict: Stamp['verdict'],
  centreX: number,
): void {
  context.save();
  context.translate(centreX, 0);
  context.scale(BAND.badge / 100, BAND.badge / 100);
  context.lineJoin = 'round';
  context.lineCap = 'round';
  context.strokeStyle = ink;
  context.fillStyle = face;
  context.lineWidth = 4.5;
  const burst = new Path2D(BURST);
  context.fill(burst);
  context.stroke(burst);
  context.lineWidth = 11;
  context.stroke(new Path2D(SIGNS[verdict]));
  context.restore();
}

/** White letters with an inked outline, which can be read on any photo. */
function drawCaption(context: OffscreenCanvasRenderingContext2D, caption: string): void {
  context.font = `${CAPTION.fontSize}px ${FACE}`;
  context.textAlign = 'right';
  context.textBaseline = 'alphabetic';
  context.lineJoin = 'round';
  context.lineWidth = 10;
  context.strokeStyle = ink;
  context.strokeText(caption, CAPTION.right, CAPTION.baseline);
  context.fillStyle = 'white';
  context.fillText(caption, CAPTION.right, CAPTION.baseline);
}

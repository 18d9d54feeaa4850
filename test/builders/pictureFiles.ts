import sharp from 'sharp';

/** A small real PNG, another for each seed. */
export const pngPicture = (seed = 1, width = 320, height = 480): Promise<Buffer> =>
  sharp({ create: { width, height, channels: 3, background: { r: (seed * 53) % 256, g: (seed * 101) % 256, b: 180 } } })
    .png()
    .toBuffer();

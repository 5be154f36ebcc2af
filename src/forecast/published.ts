/** Errors that others published for forecasts of the same kind, for comparison; none of them is for JavaScript. */
export const published: readonly string[] = [
  'XAPP, GPU speed-up from CPU code, 26.9 % mean error on 24 kernels',
  'GROPHECY, 17 % from hand-written skeletons',
  'leaving out transfers takes the error from 9 % to 255 % (Boyer et al.)',
  'a predictor that does not know the device cannot pass 81.3 % right decisions on a 680-row data set of two GPUs, a network trained per device gets 82.0 %',
];

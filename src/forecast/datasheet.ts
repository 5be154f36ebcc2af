/**
 * Without any GPU measured, how far kernels stay from the datasheet is taken from the literature: cuBLAS FP32 reaches
 * 75 to 90 % of peak, hand-written kernels 30 to 60 %: a factor of 2 in the middle, and of 2.5 either way. It was set
 * with those figures in sight: beside them only the floor is a forecast (docs/forecast.md).
 */
export const gpuOverFloor = 2;
/** Half-width of the interval, in natural logarithms. */
export const datasheetSpread = Math.log(2.5);

// What the runtimes can run, in the numbers that model files name: releases of TensorFlow, whose converter writes them.

/**
 * One number for all three, that of the oldest: TensorFlowLiteC, which react-native-fast-tflite links on iOS. Its LiteRT on
 * Android and LiteRT.js on the web came out of later releases, but count anew from 1.0. None of them tells its version to the
 * app, so a test holds this one to what is installed.
 */
export const RUNTIME_VERSION = '2.17.0';

// gpu.js asks for a headless WebGL context here; null tells it that there is none.
module.exports = () => null;

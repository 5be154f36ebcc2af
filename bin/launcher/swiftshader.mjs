import { join } from 'node:path';
import { unpackChromiumPackage } from './chromium-package.mjs';

/** SwiftShader (a Vulkan device made of CPU) and a Vulkan loader, unpacked once out of @sparticuz/chromium. */
export function unpackSwiftShader(root) {
  const folder = unpackChromiumPackage(root, { what: 'swiftshader', archives: ['swiftshader.tar'] });
  return { folder, driver: join(folder, 'vk_swiftshader_icd.json') };
}

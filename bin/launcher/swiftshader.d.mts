/** SwiftShader (a Vulkan device made of CPU) and a Vulkan loader, unpacked once; `driver` is its ICD file. */
export function unpackSwiftShader(root: string): { folder: string; driver: string };

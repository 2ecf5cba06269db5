/// Two lower case digits a byte.
package func hexadecimal(_ bytes: some Collection<UInt8>) -> String {
  let size = 2 * bytes.count
  return unsafe String(unsafeUninitializedCapacity: size) { digits in
    var index = 0
    for byte in bytes {
      unsafe digits[index] = digit(byte >> 4)
      unsafe digits[index + 1] = digit(byte & 0xf)
      index += 2
    }
    return index
  }
}

private func digit(_ value: UInt8) -> UInt8 {
  value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
}

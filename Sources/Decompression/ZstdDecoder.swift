internal import CLibZstd

/// Zstandard (RFC 8878) by libzstd, which checks each frame's checksum where it has one.
@safe struct ZstdDecoder: Decoder, ~Copyable {
  private let context: OpaquePointer

  init() throws(DecompressionProblem) {
    guard let context = unsafe ZSTD_createDCtx() else {
      throw DecompressionProblem(.zstd, .failed)
    }
    let answer = unsafe ZSTD_DCtx_setParameter(
      context, ZSTD_d_windowLogMax, CInt(memoryLimit.trailingZeroBitCount))
    guard ZSTD_isError(answer) == 0 else {
      _ = unsafe ZSTD_freeDCtx(context)
      throw DecompressionProblem(.zstd, .failed)
    }
    unsafe self.context = context
  }

  deinit {
    _ = unsafe ZSTD_freeDCtx(context)
  }

  mutating func decode(
    _ input: UnsafeBufferPointer<UInt8>, into output: UnsafeMutableBufferPointer<UInt8>
  ) throws(DecompressionProblem) -> DecodingStep {
    var source = unsafe ZSTD_inBuffer(src: input.baseAddress, size: input.count, pos: 0)
    var target = unsafe ZSTD_outBuffer(dst: output.baseAddress, size: output.count, pos: 0)
    let answer = unsafe ZSTD_decompressStream(context, &target, &source)
    guard ZSTD_isError(answer) == 0 else {
      let kind: DecompressionProblem.Kind =
        switch ZSTD_getErrorCode(answer) {
        case ZSTD_error_frameParameter_windowTooLarge: .tooMuchMemory
        case ZSTD_error_memory_allocation: .failed
        default: .damaged
        }
      throw DecompressionProblem(.zstd, kind)
    }
    return unsafe DecodingStep(consumed: source.pos, produced: target.pos, isAtEnd: answer == 0)
  }

  mutating func restart() throws(DecompressionProblem) {
    // The next frame begins where this one ended.
  }
}

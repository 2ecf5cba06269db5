internal import CLibLZMA

/// The .xz format by liblzma, which checks each block's checksum where it has one.
@safe struct XZDecoder: Decoder, ~Copyable {
  private let stream: UnsafeMutablePointer<lzma_stream>

  init() throws(DecompressionProblem) {
    let stream = UnsafeMutablePointer<lzma_stream>.allocate(capacity: 1)
    // All zero: LZMA_STREAM_INIT of lzma/base.h.
    unsafe stream.initialize(to: lzma_stream())
    guard unsafe XZDecoder.start(stream) else {
      unsafe stream.deallocate()
      throw DecompressionProblem(.xz, .failed)
    }
    unsafe self.stream = stream
  }

  private static func start(_ stream: UnsafeMutablePointer<lzma_stream>) -> Bool {
    unsafe lzma_stream_decoder(stream, UInt64(memoryLimit), 0) == LZMA_OK
  }

  deinit {
    unsafe lzma_end(stream)
    unsafe stream.deallocate()
  }

  mutating func decode(
    _ input: UnsafeBufferPointer<UInt8>, into output: UnsafeMutableBufferPointer<UInt8>
  ) throws(DecompressionProblem) -> DecodingStep {
    unsafe stream.pointee.next_in = input.baseAddress
    unsafe stream.pointee.avail_in = input.count
    unsafe stream.pointee.next_out = output.baseAddress
    unsafe stream.pointee.avail_out = output.count
    let answer = unsafe lzma_code(stream, LZMA_RUN)
    switch answer {
    case LZMA_OK, LZMA_STREAM_END, LZMA_BUF_ERROR:
      return unsafe DecodingStep(
        consumed: input.count - stream.pointee.avail_in,
        produced: output.count - stream.pointee.avail_out, isAtEnd: answer == LZMA_STREAM_END)
    case LZMA_MEMLIMIT_ERROR: throw DecompressionProblem(.xz, .tooMuchMemory)
    case LZMA_FORMAT_ERROR, LZMA_DATA_ERROR, LZMA_OPTIONS_ERROR:
      throw DecompressionProblem(.xz, .damaged)
    default: throw DecompressionProblem(.xz, .failed)
    }
  }

  mutating func restart() throws(DecompressionProblem) {
    guard unsafe XZDecoder.start(stream) else {
      throw DecompressionProblem(.xz, .failed)
    }
  }
}

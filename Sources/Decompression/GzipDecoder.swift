internal import CZlib

/// gzip (RFC 1952) by zlib, which checks each member's CRC and length.
@safe struct GzipDecoder: Decoder, ~Copyable {
  // On the heap, since zlib's state points back to it.
  private let stream: UnsafeMutablePointer<z_stream>

  init() throws(DecompressionProblem) {
    let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
    unsafe stream.initialize(to: z_stream())
    // The largest window, and 16 for a gzip header and no other (inflateInit2 of zlib.h).
    let answer = unsafe inflateInit2_(
      stream, 15 + 16, ZLIB_VERSION, CInt(MemoryLayout<z_stream>.size))
    guard answer == Z_OK else {
      unsafe stream.deallocate()
      throw DecompressionProblem(.gzip, .failed)
    }
    unsafe self.stream = stream
  }

  deinit {
    _ = unsafe inflateEnd(stream)
    unsafe stream.deallocate()
  }

  mutating func decode(
    _ input: UnsafeBufferPointer<UInt8>, into output: UnsafeMutableBufferPointer<UInt8>
  ) throws(DecompressionProblem) -> DecodingStep {
    let given = UInt32(clamping: input.count)
    let room = UInt32(clamping: output.count)
    // zlib's header takes no const, and writes nothing there.
    unsafe stream.pointee.next_in = unsafe UnsafeMutablePointer(mutating: input.baseAddress)
    unsafe stream.pointee.avail_in = given
    unsafe stream.pointee.next_out = output.baseAddress
    unsafe stream.pointee.avail_out = room
    let answer = unsafe inflate(stream, Z_NO_FLUSH)
    switch answer {
    case Z_OK, Z_STREAM_END, Z_BUF_ERROR:
      return unsafe DecodingStep(
        consumed: Int(given - stream.pointee.avail_in),
        produced: Int(room - stream.pointee.avail_out), isAtEnd: answer == Z_STREAM_END)
    case Z_DATA_ERROR, Z_NEED_DICT: throw DecompressionProblem(.gzip, .damaged)
    default: throw DecompressionProblem(.gzip, .failed)
    }
  }

  mutating func restart() throws(DecompressionProblem) {
    guard unsafe inflateReset(stream) == Z_OK else { throw DecompressionProblem(.gzip, .failed) }
  }
}

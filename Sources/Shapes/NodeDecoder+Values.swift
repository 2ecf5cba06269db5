internal import Diagnostics
internal import Nodes

extension NodeDecoder: ValueShape {
  mutating func text<V>(_ form: TextForm, or placeholder: V, _ parse: (String) -> V?) -> V {
    guard isText(form) else { return placeholder }
    let text = table.string(node)
    if isInForm(form), let value = parse(text) { return value }
    reject(text, form)
    return placeholder
  }

  mutating func text(_ form: TextForm) -> String {
    guard isText(form) else { return "" }
    let text = table.string(node)
    if isInForm(form) { return text }
    reject(text, form)
    return ""
  }

  private func isInForm(_ form: TextForm) -> Bool {
    form.pattern?.matches(table.text.span.extracting(table.textRange(node))) ?? true
  }

  mutating func integer(_ range: ClosedRange<Int>) -> Int {
    guard let text = readPlain(.number, "a whole number") else { return Shapes.placeholder(range) }
    let digits = text.hasPrefix("-") ? text.dropFirst() : text[...]
    let isDecimal = digits.utf8.allSatisfy { $0 &- UInt8(ascii: "0") < 10 }
    guard isDecimal, digits == "0" || !digits.hasPrefix("0") else {
      report(
        .notDecimal, "\(subject) must be a whole number in decimal, not \(text.quoted)",
        advice: adviceOnWholeNumber(text))
      return Shapes.placeholder(range)
    }
    guard let value = Int(text), range.contains(value) else {
      let bounds = "from \(range.lowerBound) to \(range.upperBound)"
      let isSmall = text.hasPrefix("-") || (Int(text) ?? .max) < range.lowerBound
      report(
        .invalidValue, "\(subject) must be \(bounds), not \(text.quoted)",
        advice: isSmall ? "\(range.lowerBound) is the least" : "\(range.upperBound) is the most")
      return Shapes.placeholder(range)
    }
    return value
  }

  mutating func number(_ range: ClosedRange<Double>, whole: Double) -> Double {
    guard let text = readPlain(.number, "a number", whole: whole) else {
      return Shapes.placeholder(range)
    }
    guard let value = Double(text), value.isFinite else {
      report(
        .notDecimal, "\(subject) must be a number in decimal, not \(text.quoted)",
        advice: "write it in the digits 0 to 9, with a point if need be")
      return Shapes.placeholder(range)
    }
    guard range.contains(value) else {
      let (least, most) = (shortText(range.lowerBound), shortText(range.upperBound))
      report(
        .invalidValue, "\(subject) must be from \(least) to \(most), not \(text.quoted)",
        advice: value < range.lowerBound ? "\(least) is the least" : "\(most) is the most")
      return Shapes.placeholder(range)
    }
    return value
  }

  mutating func boolean() -> Bool {
    guard let text = readPlain(.boolean, "true or false") else { return false }
    return text.first == "t" || text.first == "T"
  }

  mutating func choice<V: RawRepresentable & CaseIterable>(_ type: V.Type) -> V
  where V.RawValue == String {
    guard table.nodes[node].kind == .scalar, !isNull else {
      let words = V.allCases.map(\.rawValue).quotedList("or")
      wrongType("text", advice: "write \(words)" + (isNull ? ", or leave the key out" : ""))
      return firstCase(of: type)
    }
    let text = table.string(node)
    if let value = V(rawValue: text) { return value }
    let words = V.allCases.map(\.rawValue)
    let translated = V.self as? any TranslatedWord.Type
    let due =
      words.count > 12
      ? translated?.name ?? "one of the words that klpolicy schema prints" : words.quotedList("or")
    let similar = suggestion(text, words)
    let advice =
      words.count > 12
      ? similar ?? translated?.advice(on: text) : translated?.advice(on: text) ?? similar
    report(
      .invalidValue, "\(subject) must be \(due), not \(text.quoted)",
      advice: advice ?? wordInstead(of: text, type) ?? meanings(of: type))
    return firstCase(of: type)
  }

  mutating func list<V: ShapedValue>(of type: V.Type) -> [V] {
    guard table.nodes[node].kind == .sequence else {
      wrongType("a list", advice: isNull ? nil : adviceOnList(of: type))
      return []
    }
    var values: [V] = []
    let end = Int(table.nodes[node].end)
    let subject = subject.item
    var item = node + 1
    while item < end {
      values.append(value(type, at: item, subject))
      item = Int(table.nodes[item].end)
    }
    return values
  }

  mutating func dictionary<V: ShapedValue>(_ keys: TextForm, of type: V.Type) -> [String: V] {
    guard table.nodes[node].kind == .mapping else {
      wrongType(
        "a mapping", advice: "write `name: value` in lines below it, with names of your own")
      return [:]
    }
    var values: [String: V] = [:]
    var first: [String: Int] = [:]
    let children = table.children(node)
    for index in stride(from: 0, to: children.count, by: 2) {
      let (keyNode, valueNode) = (children[index], children[index + 1])
      let key = value(DictionaryKey.self, at: keyNode, .key("a key")).text
      let entry = value(type, at: valueNode, .key(key ?? "a key"))
      guard let key else { continue }
      if let earlier = first[key] {
        reportDuplicate(key, keyNode, first: earlier)
      } else {
        first[key] = keyNode
        values[key] = entry
        if keys.pattern?.matches(key) == false { reject(key, keys, at: keyNode) }
      }
    }
    return values
  }

  mutating func mapping<M: Shaped>(_ type: M.Type) -> M {
    mapping(type, header: [])
  }

  mutating func nullable<V>(or null: V, _ read: (inout NodeDecoder) -> V) -> V {
    isNull ? null : read(&self)
  }
}

extension NodeDecoder {
  var isEmptyPlain: Bool {
    let node = table.nodes[node]
    return node.kind == .scalar && node.style == .plain && node.textCount == 0
  }

  /// Whether there is no value: nothing, `~` or `null` without quotes.
  var isNull: Bool {
    let current = table.nodes[node]
    return current.kind == .scalar && current.style == .plain
      && PlainScalar(table.text.span.extracting(table.textRange(node))) == .null
  }

  /// What each of a few words means, for someone who has to choose.
  private func meanings<V: RawRepresentable & CaseIterable>(of type: V.Type) -> String
  where V.RawValue == String {
    let words = Array(V.allCases)
    let described = words.compactMap { word in
      (word as? any DescribedWord).map { "\(word.rawValue): \($0.about)" }
    }
    if described.count == words.count { return described.joined(separator: "; ") }
    return words.count > 12
      ? "look the words up in what klpolicy schema prints"
      : "write \(words.map(\.rawValue).joined(separator: ", "))"
  }

  /// Whether the current node is text; reports it when it is none. Where a text is due that has a
  /// form, and quotes would not give it that, the form's own advice is better.
  private mutating func isText(_ form: TextForm) -> Bool {
    let current = table.nodes[node]
    guard current.kind == .scalar, !isEmptyPlain else {
      wrongType("text", advice: adviceOnText(form))
      return false
    }
    guard current.style == .plain else { return true }
    let meaning = PlainScalar(table.text.span.extracting(table.textRange(node)))
    if meaning == .text { return true }
    let text = table.string(node)
    let what = meaning == .null ? "no value" : found(node)
    let isInForm = form.pattern?.matches(text)
    let quote = "quote it: \"\(text)\""
    let advice =
      if meaning == .null {
        "give it a value, or \(quote)"
      } else if isInForm == true {
        quote
      } else {
        form.advice(text) ?? (isInForm == nil ? quote : "write \(form.name)")
      }
    report(
      .needsQuotes, "\(subject) must be text, and \(text.quoted) without quotes is \(what)",
      advice: advice)
    return false
  }

  /// The text of a plain scalar with one meaning; nil after reporting that it has another.
  private mutating func readPlain(
    _ meaning: PlainScalar, _ due: String, whole: Double = 100
  ) -> String? {
    let current = table.nodes[node]
    if current.kind == .scalar,
      PlainScalar(table.text.span.extracting(table.textRange(node))) == meaning
    {
      if current.style == .plain { return table.string(node) }
      wrongType(due, advice: "take the quotes away")
    } else {
      wrongType(due, advice: meaning == .boolean ? adviceOnBoolean() : adviceOnNumber(whole))
    }
    return nil
  }

  private func adviceOnBoolean() -> String {
    let text = table.nodes[node].kind == .scalar ? table.string(node).lowercased() : ""
    if ["yes", "y", "on", "1", "enabled", "always"].contains(text) { return "write true" }
    if ["no", "n", "off", "0", "disabled", "never"].contains(text) { return "write false" }
    return "write true or false"
  }

  private func adviceOnNumber(_ whole: Double) -> String {
    let text = table.nodes[node].kind == .scalar ? table.string(node) : ""
    if whole != 100, text.hasSuffix("%"), let percent = Double(text.dropLast()) {
      return "write \(percent / 100 * whole), which is \(text)"
    }
    for meant in [
      text.filter { $0 != "%" && $0 != " " }, text.replacing(",", with: "."),
    ] where PlainScalar(meant.utf8Span.span) == .number { return "write \(meant)" }
    return "write a number in digits, such as 3"
  }

  private func adviceOnWholeNumber(_ text: String) -> String {
    if let number = Double(text), number != number.rounded(), abs(number) < 1e9 {
      return "write \(Int(number.rounded(.down))) or \(Int(number.rounded(.up)))"
    }
    if text.utf8.allSatisfy({ $0 &- UInt8(ascii: "0") < 10 }), let number = Int(text) {
      return "write \(number), without a 0 before it"
    }
    return "write it in the digits 0 to 9 alone"
  }

  /// Reports that the node holds something of another type than is due.
  mutating func wrongType(_ due: String, advice: String? = nil) {
    if isNull {
      let without = if case .item = subject { "take the `-` away" } else { "leave the key out" }
      report(
        .wrongType, "\(subject) has no value, and must be \(due)",
        advice: advice ?? "give it a value, or \(without)")
    } else {
      report(
        .wrongType, "\(subject) must be \(due), not \(found(node))",
        advice: advice)
    }
  }

  private mutating func reject(_ text: String, _ form: TextForm, at node: Int? = nil) {
    report(
      form.code, "\(subject) must be \(form.name), not \(text.quoted)", at: node,
      advice: mapping.shorthand.flatMap { adviceOnGluedKey(text, [$0]) } ?? form.advice(text)
        ?? form.examples.first.map { "write one such as \($0)" })
  }

  /// What a node holds, in words.
  func found(_ index: Int) -> String {
    switch table.nodes[index].kind {
    case .mapping: return "a mapping"
    case .sequence: return "a list"
    case .scalar:
      if table.nodes[index].style == .quoted { return "text" }
      switch PlainScalar(table.text.span.extracting(table.textRange(index))) {
      case .null: return "null"
      case .boolean: return "true or false"
      case .number: return "a number"
      case .text: return "text"
      }
    }
  }
}

/// `100` for 100.0.
private func shortText(_ number: Double) -> String {
  Int(exactly: number).map(String.init) ?? String(number)
}

/// A key that the user chose; nil when it was no text.
private struct DictionaryKey: ShapedValue {
  let text: String?

  init<S: ValueShape>(value shape: inout S) {
    text = shape.text(.any, or: nil) { $0 }
  }
}

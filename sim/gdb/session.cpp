#include "sim/gdb/session.h"

#include <algorithm>

#include "sim/gdb/hex.h"

namespace takt::gdb {
namespace {

const char* const ok = "OK";
const char* const bad_argument = "E01";  // numbers mean nothing to gdb
const char* const no_access = "E02";

// The one thread, -1 for all, 0 for any.
bool is_thread(std::string_view id) { return id == "1" || id == "-1" || id == "0"; }

const char* watch_name(Point point) {
  return point == Point::write ? "watch" : point == Point::read ? "rwatch" : "awatch";
}

struct Range {
  std::uint32_t address = 0;
  std::uint32_t bytes = 0;
};

// ADDRESS,LENGTH off the front.
std::optional<Range> take_range(std::string_view& text) {
  const std::optional<std::uint32_t> address = take_number(text);
  if (!address || !take(text, ",")) return std::nullopt;
  const std::optional<std::uint32_t> bytes = take_number(text);
  if (!bytes) return std::nullopt;
  return Range{*address, *bytes};
}

}  // namespace

void Session::receive(std::string_view bytes) {
  for (const char byte : bytes) handle(reader_.take(byte));
}

std::string Session::take_output() {
  std::string output;
  output.swap(output_);
  return output;
}

void Session::handle(PacketReader::Event event) {
  using Event = PacketReader::Event;
  if (state_ == State::running) interrupted_ = interrupted_ || event == Event::interrupt;
  if (state_ != State::halted) return;
  switch (event) {
    case Event::packet:
      if (acknowledge_) output_ += '+';
      return answer(reader_.payload());
    case Event::damaged:
      output_ += '-';
      return;
    case Event::too_long:
      if (acknowledge_) output_ += '+';
      return send(bad_argument);
    case Event::refused:
      output_ += last_sent_;
      return;
    default:
      return;
  }
}

void Session::send(std::string_view payload) {
  last_sent_ = framed(payload);
  output_ += last_sent_;
}

void Session::answer(std::string_view packet) {
  const std::optional<std::string> reply = reply_to(packet);
  if (reply) send(*reply);
}

// Empty: none, or none yet.
std::optional<std::string> Session::reply_to(std::string_view packet) {
  if (packet.empty()) return unsupported;
  const std::string_view rest = packet.substr(1);
  switch (packet[0]) {
    case '?':
      return stop_reply();
    case 'g':
      return all_registers();
    case 'G':
      return set_all_registers(rest);
    case 'p':
      return one_register(rest);
    case 'P':
      return set_one_register(rest);
    case 'm':
      return memory(rest);
    case 'M':
      return set_memory(rest, false);
    case 'X':
      return set_memory(rest, true);
    case 'Z':
    case 'z':
      return point(packet[0] == 'Z', rest);
    case 'c':
    case 's':
      return resume(packet[0] == 's', rest);
    case 'C':  // with a signal, of which a bare program has none: SIGNAL[;ADDRESS]
    case 'S': {
      const std::size_t address = rest.find(';');
      return resume(packet[0] == 'S', address == rest.npos ? "" : rest.substr(address + 1));
    }
    case 'H':
      return select_thread(rest);
    case 'T':
      return is_thread(rest) ? ok : bad_argument;
    case 'D':
      return detach();
    case 'k':
      state_ = State::killed;
      return std::nullopt;
    case 'v':
      return multi_letter(rest);
    case 'q':
      return query(rest);
    case 'Q':
      if (rest != "StartNoAckMode") return unsupported;
      acknowledge_ = false;
      reader_.ignore_checksums();
      return ok;
    default:
      return unsupported;
  }
}

std::string Session::query(std::string_view rest) {
  if (take(rest, "Supported")) return supported();
  if (take(rest, "Xfer:features:read:target.xml:")) return description(rest);
  if (take(rest, "Rcmd,")) return monitor(rest);
  if (take(rest, "ThreadExtraInfo,")) return is_thread(rest) ? hex_of(target_.thread_state()) : bad_argument;
  if (rest == "fThreadInfo") return "m1";
  if (rest == "sThreadInfo") return "l";
  if (rest == "C") return "QC1";
  // The run was there before gdb came, and goes on when gdb quits.
  if (rest == "Attached") return "1";
  return unsupported;
}

std::string Session::supported() const {
  return "PacketSize=" + number_of(PacketReader::longest) + ";QStartNoAckMode+;qXfer:features:read+;vContSupported+";
}

// OFFSET,LENGTH: 'm' and a part that is followed by others, 'l' and the last.
std::string Session::description(std::string_view text) const {
  const std::optional<Range> range = take_range(text);
  const std::string all = target_.description();
  if (!range || range->address > all.size()) return bad_argument;
  // An escape takes two bytes.
  const std::size_t most = std::min<std::size_t>(range->bytes, PacketReader::longest / 2 - 1);
  const std::string_view part = std::string_view(all).substr(range->address, most);
  return (range->address + part.size() < all.size() ? "m" : "l") + escaped(part);
}

// The text goes ahead as console output, in parts that a packet can hold.
std::string Session::monitor(std::string_view digits) {
  const std::optional<std::string> command = bytes_of(digits);
  if (!command) return bad_argument;
  const std::string text = target_.monitor(*command);
  constexpr std::size_t most = PacketReader::longest / 2 - 1;
  for (std::size_t at = 0; at < text.size(); at += most) send("O" + hex_of(std::string_view(text).substr(at, most)));
  return ok;
}

std::optional<std::string> Session::multi_letter(std::string_view rest) {
  if (rest == "Cont?") return "vCont;c;C;s;S";
  if (take(rest, "Cont;")) return resume_threads(rest);
  if (take(rest, "Kill;")) {
    state_ = State::killed;
    return ok;
  }
  return unsupported;
}

// ACTION[:THREAD]{;ACTION[:THREAD]}: the first that names the one thread, or none.
std::optional<std::string> Session::resume_threads(std::string_view actions) {
  while (!actions.empty()) {
    const std::string_view action = actions.substr(0, actions.find(';'));
    actions.remove_prefix(std::min(actions.size(), action.size() + 1));
    const std::size_t colon = action.find(':');
    if (colon != action.npos && !is_thread(action.substr(colon + 1))) continue;
    const std::string_view what = action.substr(0, colon);
    if (what.empty() || std::string_view("cCsS").find(what[0]) == what.npos) return bad_argument;
    return resume(what[0] == 's' || what[0] == 'S', "");
  }
  return bad_argument;
}

// The reply is the next stop.
std::optional<std::string> Session::resume(bool step, std::string_view address) {
  if (!address.empty()) {
    const std::optional<std::uint32_t> to = take_number(address);
    if (!to || !address.empty()) return bad_argument;
    target_.write_register(target_.pc(), *to);
  }
  state_ = State::running;
  step_ = step;
  interrupted_ = false;
  return std::nullopt;
}

std::string Session::all_registers() const {
  std::string digits;
  for (unsigned number = 0; number < target_.general_registers(); ++number)
    digits += hex_of_word(target_.read_register(number).value_or(0));
  return digits;
}

std::string Session::set_all_registers(std::string_view digits) {
  if (digits.size() != 8u * target_.general_registers() || !bytes_of(digits)) return bad_argument;
  for (unsigned number = 0; number < target_.general_registers(); ++number)
    target_.write_register(number, *word_of(digits.substr(8u * number, 8)));
  return ok;
}

std::string Session::one_register(std::string_view text) const {
  const std::optional<std::uint32_t> number = take_number(text);
  const std::optional<std::uint32_t> value =
      number && text.empty() ? target_.read_register(*number) : std::optional<std::uint32_t>();
  return value ? hex_of_word(*value) : bad_argument;
}

// NUMBER=VALUE
std::string Session::set_one_register(std::string_view text) {
  const std::optional<std::uint32_t> number = take_number(text);
  if (!number || !take(text, "=")) return bad_argument;
  const std::optional<std::uint32_t> value = word_of(text);
  return value && target_.write_register(*number, *value) ? ok : bad_argument;
}

// Fewer bytes than asked for where the rest cannot be read.
std::string Session::memory(std::string_view text) const {
  const std::optional<Range> range = take_range(text);
  if (!range || !text.empty()) return bad_argument;
  const std::string bytes =
      target_.read_memory(range->address, std::min<std::uint32_t>(range->bytes, PacketReader::longest / 2));
  return bytes.empty() && range->bytes != 0 ? no_access : hex_of(bytes);
}

// ADDRESS,LENGTH:DATA
std::string Session::set_memory(std::string_view text, bool binary) {
  const std::optional<Range> range = take_range(text);
  if (!range || !take(text, ":")) return bad_argument;
  const std::optional<std::string> bytes = binary ? unescaped(text) : bytes_of(text);
  if (!bytes || bytes->size() != range->bytes) return bad_argument;
  return target_.write_memory(range->address, *bytes) ? ok : no_access;
}

// TYPE,ADDRESS,KIND; conditions and commands behind it are left to gdb.
std::string Session::point(bool insert, std::string_view text) {
  const std::optional<std::uint32_t> type = take_number(text);
  if (!type || !take(text, ",")) return bad_argument;
  if (*type > static_cast<std::uint32_t>(Point::access)) return unsupported;
  const std::optional<Range> range = take_range(text);
  if (!range) return bad_argument;
  const auto kind = static_cast<Point>(*type);
  if (insert) return target_.insert(kind, range->address, range->bytes) ? ok : bad_argument;
  target_.remove(kind, range->address, range->bytes);
  return ok;
}

// OPERATION THREAD
std::string Session::select_thread(std::string_view rest) const {
  return !rest.empty() && is_thread(rest.substr(1)) ? ok : bad_argument;
}

std::string Session::detach() {
  state_ = State::detached;
  return ok;
}

std::string Session::stop_reply() const {
  const char signal = static_cast<char>(reason_.signal);
  std::string reply = "T" + hex_of({&signal, 1});
  if (reason_.watch) reply += std::string(watch_name(*reason_.watch)) + ":" + number_of(reason_.address) + ";";
  return reply + "thread:1;";
}

void Session::halt(const StopReason& reason) {
  state_ = State::halted;
  reason_ = reason;
  interrupted_ = false;
  send(stop_reply());
}

void Session::exit(std::uint8_t code) {
  state_ = State::detached;
  const char byte = static_cast<char>(code);
  send("W" + hex_of({&byte, 1}));
}

}  // namespace takt::gdb

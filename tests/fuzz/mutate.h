// Damages the bytes of a file; the same random numbers do the same damage.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "models/units/random.h"

namespace takt::fuzz {

using units::Random;
using Corpus = std::vector<std::string>;

// One edit of bytes that takes part of another file in now and then.
using Edit = void (*)(std::string& bytes, const Corpus& corpus, Random& random);

// Bits, bytes, senseless integers of every width, pieces taken out, doubled and moved in from elsewhere.
void edit_bytes(std::string& bytes, const Corpus& corpus, Random& random);

// Protocol Buffers: numbers, lengths and fields of the messages, at any depth; the lengths around an edit are renewed.
void edit_protobuf(std::string& bytes, const Corpus& corpus, Random& random);

// FlatBuffers: fields of tables, their places in a vtable, offsets, lengths and elements of vectors.
void edit_flatbuffer(std::string& bytes, const Corpus& corpus, Random& random);

// Texts: numbers, words, strings and brackets.
void edit_tokens(std::string& bytes, const Corpus& corpus, Random& random);

// A file of the corpus after some edits of its format, and now and then some of its bytes.
std::string damaged(const Corpus& corpus, Edit edit, Random& random);

std::uint64_t senseless_number(Random& random);

template <class T>
const T& one_of(const std::vector<T>& list, Random& random) {
  return list[random.below(list.size())];
}

}  // namespace takt::fuzz

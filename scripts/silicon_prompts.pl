# Whole prompts of language models: the time to the first token in AI Hub's rows, for scripts/silicon.pl.
use strict;
use warnings;

# The zoo's names of their models.
my %prompt_models = (llama_v2_7b_chat => 'llama-2-7b', llama_v2_7b_chat_quantized => 'llama-2-7b', llama_v3_2_3b_chat_quantized => 'llama-3.2-3b');

# The context of a row, where it is not stated: as in other rows of the same model.
my %contexts = ('llama-2-7b' => 1024, 'llama-3.2-3b' => 4096);

# Of a row of the data: each {model, us, tokens}. Until 2024 a prompt processor of its own takes the whole context. Later
# rows have two times to the first token: of one chunk, and of as many as fill the context, which is a multiple of it.
sub prompts_of {
  my ($row) = @_;
  my $model = $prompt_models{$row->{model}} // return;
  my $context = $row->{context_length} || $contexts{$model};
  return {model => $model, us => $row->{inference_time_us}, tokens => $context} if is_prompt_processor($row);
  return unless $row->{ttft_min_us};
  my $least = int($context * $row->{ttft_min_us} / $row->{ttft_max_us} + 0.5);
  return map { {model => $model, us => $_->[0], tokens => $_->[1]} }
    $least < $context ? [$row->{ttft_min_us}, $least] : (), [$row->{ttft_max_us}, $context];
}

# It has no other figure.
sub is_prompt_processor { return $_[0]{component} =~ /PromptProcessor/ ? 1 : 0 }

# The rows of its prompts in the form of silicon.pl's.
sub rows_of_prompts {
  my ($row) = @_;
  return map { {%$row, context => undef, us => $_->{us}, measure => 'ttft', graphs => [$_->{model}], prompt => $_} } @{$row->{prompts}};
}

# Keys of its stream: one token is answered. In chunks of 128, what the later rows' one chunk has; the deployed chunk of
# the earlier ones is not published.
sub prompt_settings {
  my ($prompt) = @_;
  my $context = $prompt->{tokens} + 1;
  return ("prompt_tokens=$prompt->{tokens}", 'answer_tokens=1', "context_tokens=$context", 'chunk_tokens=128');
}

1;
